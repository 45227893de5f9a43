"""The index of the last notification that was handed over, on disk, so that a restart neither repeats nor skips."""

from __future__ import annotations

import json
import os
from pathlib import Path


class CursorDamaged(Exception):
    """The file holds no index; only the operator can say what it was."""


class CursorFile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> int | None:
        """The index, or None on the first start. A damaged file is an error: guessing would repeat or skip."""
        if not self._path.exists():
            return None
        try:
            index = json.loads(self._path.read_text())["notification_index"]
        except (ValueError, KeyError, TypeError):
            index = None
        if not isinstance(index, int) or index < 0:
            raise CursorDamaged(f"{self._path} holds no notification index; remove it to go on with what is new")
        return index

    def store(self, index: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("w") as file:
            json.dump({"notification_index": index}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        # The rename itself is durable once the directory is.
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
