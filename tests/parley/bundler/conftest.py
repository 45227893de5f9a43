"""A root folder with a small canister in it, and a way to write more files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(files: dict[str, str]) -> None:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    return write_files


@pytest.fixture
def root(tmp_path: Path, write: Write) -> Path:
    write(
        {
            "canisters/__init__.py": "",
            "canisters/lib/__init__.py": "",
            "canisters/lib/words.py": "GREETING = 'hello'\n",
            "canisters/lib/unused.py": "",
            "canisters/hello/__init__.py": "",
            "canisters/hello/main.py": "from canisters.hello.greet import greet\n",
            "canisters/hello/greet.py": (
                "from kybra import query, text\n\n"
                "from canisters.lib.words import GREETING\n\n\n"
                "@query\ndef greet() -> text:\n    return GREETING\n"
            ),
            "canisters/hello/hello.did": "service : { greet : () -> (text) query; };\n",
        }
    )
    return tmp_path
