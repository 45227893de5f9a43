"""What Kybra's build would break on, the bundler refuses first, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.bundler import bundle
from replica.execution.source import SourceError
from tests.parley.bundler.conftest import Write

REFUSED = {
    "a relative import in the entry": (
        {"canisters/hello/main.py": "from .greet import greet\n"},
        "canisters/hello/main.py:1: rule 9: ",
    ),
    "an import of the entry": (
        {"canisters/lib/words.py": "from canisters.hello import main\n\nGREETING = main\n"},
        "canisters/lib/words.py:1: rule 9: ",
    ),
    "a module that does not exist": (
        {"canisters/lib/words.py": "import canisters.lib.missing\n\nGREETING = 1\n"},
        "canisters/lib/words.py:1: rule 11: ",
    ),
    "a package level without __init__.py": (
        {"canisters/deep/level/leaf.py": "", "canisters/lib/words.py": "import canisters.deep.level.leaf\n"},
        "canisters/lib/words.py:1: rule 11: no module 'canisters.deep'",
    ),
    "another module with the stem of the entry": (
        {"canisters/lib/main.py": "", "canisters/lib/words.py": "import canisters.lib.main\n\nGREETING = 1\n"},
        "canisters/lib/main.py:1: rule 12: ",
    ),
    "a module named like a top-level package": (
        {"canisters/lib/msgpack.py": "", "canisters/lib/words.py": "import msgpack\nimport canisters.lib.msgpack\n"},
        "canisters/lib/msgpack.py:1: rule 12: ",
    ),
    "a module named like one of Kybra's own": (
        {"canisters/lib/principal.py": "", "canisters/lib/words.py": "import canisters.lib.principal\n"},
        "canisters/lib/principal.py:1: rule 13: ",
    ),
    "a dynamic import": (
        {"canisters/lib/words.py": "\nGREETING = __import__('json')\n"},
        "canisters/lib/words.py:2: rule 15: ",
    ),
    "a module of the host's standard library that canisters lack": (
        {"canisters/lib/words.py": "import asyncio\n"},
        "canisters/lib/words.py:1: rule 50: ",
    ),
    "the clock of the host": (
        {"canisters/lib/words.py": "import time\n"},
        "canisters/lib/words.py:1: rule 45: ",
    ),
    "chance from the host": (
        {"canisters/lib/words.py": "from random import random\n"},
        "canisters/lib/words.py:1: rule 44: ",
    ),
    "code from outside the canisters": (
        {"canisters/lib/words.py": "import nowhere.replica\n"},
        "canisters/lib/words.py:1: rule 50: ",
    ),
    "syntax newer than Python 3.10": (
        {"canisters/lib/words.py": "\n\ntype Name = str\n"},
        "canisters/lib/words.py:3: rule 3: ",
    ),
}


@pytest.mark.parametrize(("files", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_the_bundler_refuses(root: Path, write: Write, files: dict[str, str], message: str) -> None:
    bundle("hello", root)

    write(files)

    with pytest.raises(SourceError) as refusal:
        bundle("hello", root)
    assert message in str(refusal.value)
