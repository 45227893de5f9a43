"""What is installed here, in the words of the user-owned-canister pattern; launchers ask any canister for it."""

from kybra import query

from canisters.lib.version import VERSION
from canisters.user.api import WasmStatus

STATUS_VERSION = 1
"""Rises with each released version of the user canister, since the pattern counts in whole numbers."""


@query
def wasm_status() -> WasmStatus:
    return {"name": "Parley user", "version": STATUS_VERSION, "memo": VERSION}
