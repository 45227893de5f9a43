"""The rules for canister source, all that can be read from syntax: one list, one function to apply it.

Rules 1 to 50 are what Kybra demands, P rules are this project's own; `parley/checker/rules.md` states each of them.
The engine applies all of these to every bundle it loads; the checker adds the rules about how this repository is laid
out. Files of other people's packages are only held to what would break a build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from replica.execution import rules_of_language, rules_of_platform, rules_of_state
from replica.execution.candid_types import TypeTable
from replica.execution.canister_source import CanisterSource
from replica.execution.source import Fault, SourceFile

Rule = Callable[[CanisterSource, SourceFile], Iterator[Fault]]

RULES: Final[tuple[Rule, ...]] = (
    *rules_of_language.RULES,
    *rules_of_platform.RULES,
    *rules_of_state.RULES,
)


def faults_of(canister: CanisterSource) -> list[Fault]:
    """Every broken rule of a canister, without repeats, in the order of files and lines."""
    own = (rule(canister, file) for file in canister.own_files() for rule in RULES)
    vendored = (rules_of_language.build_faults(file) for file in canister.files if file.origin == "third-party")
    types = TypeTable(canister.declarations).faults
    return sorted({*canister.declarations.faults, *types, *chain.from_iterable(chain(own, vendored))})
