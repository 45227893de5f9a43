"""Checks canister source against the rules in `rules.md`: what Kybra demands, and what this project adds.

`python -m parley.checker [paths]` runs with the linters. The rules that any bundle must keep live with the engine
(`replica/execution/rules.py`), which refuses bundles that break them; here are those about how this repository is laid
out, and the comparison with the reviewed interfaces. Nothing is imported or run.
"""

from parley.checker.check import check

__all__ = ["check"]
