"""What the subnet tells about itself, and what a subnet of one machine does not have.

NOT LIKE THE IC: there is one subnet of one node. Its metrics are those of the present, with rounds for blocks; no day
before is remembered. Only the operator's configuration makes somebody a subnet admin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replica.management import refusals
from replica.management.host import Args, Handler, Host, ManagementCall
from replica.principal import Principal

_REGISTRY_VERSION = 1


def subnet_info(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    _check_subnet(host, args)
    return ({"replica_version": host.subnet.version, "registry_version": _REGISTRY_VERSION},)


def node_metrics_history(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    _check_subnet(host, args)
    if args["start_at_timestamp_nanos"] > call.now_ns:
        return ([],)
    node = {
        "node_id": host.subnet.node_id,
        "num_blocks_proposed_total": host.state.subnet.round_index,
        "num_block_failures_total": 0,
    }
    return ([{"timestamp_nanos": call.now_ns, "node_metrics": [node]}],)


def list_canisters(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    if not host.subnet.admins:
        raise refusals.no_admins()
    if not call.is_by_admin:
        raise refusals.not_an_admin(call.caller, call.method)
    ranges = [{"start": start, "end": end} for start, end in _ranges(host.state.canisters.ids())]
    return ({"canisters": ranges},)


def not_here(reason: str) -> Handler:
    """A method that the Internet Computer has and this replica has not. Cycles come back with the reject."""

    def refuse(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
        raise refusals.not_here(call.method, reason)

    return refuse


def _check_subnet(host: Host, args: Args) -> None:
    if args["subnet_id"] != host.subnet.subnet_id:
        raise refusals.subnet_not_found(Principal(args["subnet_id"]))


def _ranges(canister_ids: Iterable[Principal]) -> Iterator[tuple[Principal, Principal]]:
    """Consecutive ids, which come in order, as first and last."""
    start = end = None
    for canister_id in canister_ids:
        if end is not None and _counter(canister_id) == _counter(end) + 1:
            end = canister_id
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = canister_id
    if start is not None and end is not None:
        yield start, end


def _counter(canister_id: Principal) -> int:
    return int.from_bytes(canister_id[:8], "big")
