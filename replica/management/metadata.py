"""Metadata of canisters. Interface spec, "IC method canister_metadata".

NOT LIKE THE IC: a bundle of Python has no custom sections. All the metadata there is, is the Candid interface, which is
public; so nothing is private, and asking for it as a controller shows no more.
"""

from __future__ import annotations

from typing import Final

from replica.management import access, refusals
from replica.management.host import Args, Host, ManagementCall

_CANDID: Final = "candid:service"


def canister_metadata(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.existing(host.state, args["canister_id"])
    info = None if canister.module_hash is None else host.state.modules.info(canister.module_hash)
    if info is None:
        raise refusals.no_code_no_metadata(canister.id)
    if args["name"] != _CANDID:
        raise refusals.no_metadata(canister.id, args["name"])
    return ({"value": info.candid.encode()},)
