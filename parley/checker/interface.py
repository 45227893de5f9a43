"""The reviewed `.did` of each canister agrees with what its source declares, or says where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from replica.candid.did import parse_did
from replica.candid.types import CandidError
from replica.execution.candid_types import TypeTable
from replica.execution.canister_source import CanisterSource
from replica.execution.imports import IMPORT_ROOT
from replica.execution.interface import differences, interface_of
from replica.execution.source import Fault


def interface_faults(name: str, canister: CanisterSource, root: Path) -> Iterator[Fault]:
    path = f"{IMPORT_ROOT}/{name}/{name}.did"
    table = TypeTable(canister.declarations)
    if table.faults or canister.declarations.faults:
        return  # The types are wrong already; comparing them would only add noise.
    if not (root / path).is_file():
        yield Fault(path, 1, "P9", "write the interface of the canister; everything else must agree with it")
        return
    text = (root / path).read_text()
    try:
        reviewed = parse_did(text)
    except CandidError as error:
        yield Fault(path, 1, "P9", f"this is not a Candid interface: {error}")
        return
    for method, difference in differences(interface_of(table), reviewed):
        yield Fault(path, _line_of(method, text), "P9", f"{method} {difference}")


def _line_of(method: str, text: str) -> int:
    """Where the method stands in the interface; its first line if it does not."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().startswith((f"{method} :", f"{method}:")):
            return number
    return 1
