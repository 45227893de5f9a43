"""Metadata of canisters. Interface spec, "IC method canister_metadata".

All of it is public (see replica/state/metadata.py), so asking for it as a controller shows no more.
"""

from __future__ import annotations

from replica.management import access, refusals
from replica.management.host import Args, Host, ManagementCall
from replica.state.metadata import public_metadata


def canister_metadata(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.existing(host.state, args["canister_id"])
    info = None if canister.module_hash is None else host.state.modules.info(canister.module_hash)
    if info is None:
        raise refusals.no_code_no_metadata(canister.id)
    content = public_metadata(info.candid).get(args["name"])
    if content is None:
        raise refusals.no_metadata(canister.id, args["name"])
    return ({"value": content},)
