"""The operator's list of modules that may be installed: one SHA-256 in hexadecimal a line, `#` starts a comment.

The file is read again whenever it changes, so that the command line can add what it just built to a running replica.
A line that is no hash allows nothing. A missing file allows nothing.
"""

from __future__ import annotations

from pathlib import Path


class AllowList:
    """Callable: is this module hash allowed right now?"""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._hashes: frozenset[str] = frozenset()

    @property
    def hint(self) -> str:
        """What to do about a refusal."""
        return f"add its hash to {self._path}, or let `python -m parley deploy` do that for the modules it builds"

    def __call__(self, module_hash: bytes) -> bool:
        self._read_if_changed()
        return module_hash.hex() in self._hashes

    def _read_if_changed(self) -> None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._seen, self._hashes = None, frozenset()
            return
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            lines = (line.partition("#")[0].strip().lower() for line in self._path.read_text().splitlines())
            self._seen, self._hashes = seen, frozenset(line for line in lines if line)
