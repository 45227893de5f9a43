"""`python -m parley.checker [paths]`: print what is wrong under the given files or folders, by default everywhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from parley.checker.check import check


def main(arguments: Sequence[str]) -> int:
    faults = check(Path.cwd(), [Path(argument) for argument in arguments])
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
