"""Canister settings: checked when given, complete when shown. Interface spec, "IC method update_settings".

NOT LIKE THE IC, where a canister of Python has less to be limited or promised:
- `wasm_memory_limit` and `wasm_memory_threshold` are kept and shown. No heap lives on between messages that could grow
  beyond them, so no message traps and no hook for low memory runs because of them.
- `compute_allocation` and `memory_allocation` are promises that cost cycles, not limits, as there. But one machine has
  nothing to reserve: a canister with an allocation runs no sooner, and what is promised to several is not added up.
- `reserved_cycles_limit` limits nothing, since a subnet that is not shared reserves no cycles for its memory.
- `environment_variables` are kept and shown; Kybra has no function that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from replica.management import access, prices, refusals
from replica.management.changes import note_change
from replica.management.host import Args, Host, ManagementCall
from replica.principal import Principal
from replica.state.canister import LOG_BYTES_MAX, Canister, Settings, Visibility

CONTROLLERS_MAX: Final = 10
VIEWERS_MAX: Final = 10
VARIABLES_MAX: Final = 20
VARIABLE_BYTES_MAX: Final = 128

_NUMBERS_MAX: Final = {
    "compute_allocation": 100,
    "memory_allocation": 2**64 - 1,
    "freezing_threshold": 2**64 - 1,
    "reserved_cycles_limit": 2**128 - 1,
    "minimum_incoming_canister_call_cycles": 2**128 - 1,
    "wasm_memory_limit": 2**48,
    "wasm_memory_threshold": 2**64 - 1,
    "log_memory_limit": LOG_BYTES_MAX,
}
# A smaller log is none at all.
LOG_BYTES_MIN: Final = 4_096
_VISIBILITIES: Final = ("log_visibility", "snapshot_visibility", "status_visibility")


def update_settings(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    host.state.canisters.touch(canister)
    before = canister.settings
    apply_settings(host, canister, args["settings"])
    _check_can_pay(canister, before)
    host.state.logs.fit(canister)
    canister.version += 1
    if args["settings"]["controllers"] is not None:
        note_change(host, call, canister, "controllers_change", {"controllers": list(canister.controllers)})
    return ()


def apply_settings(host: Host, canister: Canister, given: Mapping[str, Any]) -> None:
    """Set what is given and leave the rest. Raises `Reject` for values out of their limits."""
    changes: dict[str, Any] = {}
    for name, limit in _NUMBERS_MAX.items():
        if given[name] is not None:
            changes[name] = _number(name, given[name], limit)
    _check_sizes(host, changes)
    for name in _VISIBILITIES:
        if given[name] is not None:
            changes[name] = _visibility(given[name])
    if given["environment_variables"] is not None:
        changes["environment_variables"] = _variables(given["environment_variables"])
    if given["controllers"] is not None:
        canister.controllers = _controllers(given["controllers"])
    if changes:
        canister.settings = replace(canister.settings, **changes)


def _check_can_pay(canister: Canister, before: Settings) -> None:
    """A larger allocation is refused to a canister that it would freeze. Raises `Reject`."""
    missing = prices.freezing_limit(canister) - canister.balance
    after = canister.settings
    if missing > 0 and after.compute_allocation > before.compute_allocation:
        raise refusals.too_poor_for_allocation("compute", after.compute_allocation, missing, "IC0530")
    if missing > 0 and after.memory_allocation > before.memory_allocation:
        raise refusals.too_poor_for_allocation("memory", after.memory_allocation, missing, "IC0531")


def _check_sizes(host: Host, numbers: Mapping[str, int]) -> None:
    """No canister can be promised more memory than there is, nor keep a log too small for a record."""
    if numbers.get("memory_allocation", 0) > host.subnet.memory_bytes:
        raise refusals.not_enough_memory(numbers["memory_allocation"], host.subnet.memory_bytes)
    if 0 < numbers.get("log_memory_limit", 0) < LOG_BYTES_MIN:
        raise refusals.log_limit_too_low(numbers["log_memory_limit"], LOG_BYTES_MIN)


def definite_settings(canister: Canister) -> dict[str, object]:
    settings = canister.settings
    shown: dict[str, object] = {name: getattr(settings, name) for name in _NUMBERS_MAX}
    shown |= {name: _show_visibility(getattr(settings, name)) for name in _VISIBILITIES}
    shown["controllers"] = list(canister.controllers)
    shown["environment_variables"] = [{"name": name, "value": value} for name, value in settings.environment_variables]
    return shown


def _number(name: str, value: int, limit: int) -> int:
    if value > limit:
        raise refusals.invalid_payload(f"{name} of {refusals.shown(value)} is above the limit of {limit}")
    return value


def _controllers(given: list[bytes]) -> tuple[Principal, ...]:
    controllers = tuple(sorted({Principal(each) for each in given}))
    if len(controllers) > CONTROLLERS_MAX:
        raise refusals.invalid_payload(f"{len(controllers)} controllers are above the limit of {CONTROLLERS_MAX}")
    return controllers


def _visibility(given: Mapping[str, Any]) -> Visibility:
    if "public" in given:
        return "public"
    if "controllers" in given:
        return "controllers"
    viewers = tuple(sorted({Principal(each) for each in given["allowed_viewers"]}))
    if len(viewers) > VIEWERS_MAX:
        raise refusals.invalid_payload(f"{len(viewers)} allowed viewers are above the limit of {VIEWERS_MAX}")
    return viewers


def _show_visibility(visibility: Visibility) -> dict[str, object]:
    return {visibility: None} if isinstance(visibility, str) else {"allowed_viewers": list(visibility)}


def _variables(given: list[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    variables = tuple(sorted((each["name"], each["value"]) for each in given))
    if len(variables) > VARIABLES_MAX:
        raise refusals.invalid_payload(f"{len(variables)} environment variables are above the limit of {VARIABLES_MAX}")
    if len({name for name, _ in variables}) < len(variables):
        raise refusals.invalid_payload("two environment variables have the same name")
    if any(len(text.encode()) > VARIABLE_BYTES_MAX for pair in variables for text in pair):
        raise refusals.invalid_payload(f"an environment variable is longer than {VARIABLE_BYTES_MAX} bytes")
    return variables
