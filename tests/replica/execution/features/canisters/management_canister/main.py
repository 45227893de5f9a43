"""The management canister through Kybra's own service: a canister's life, from another canister."""

from kybra import (
    Async,
    Principal,
    StableBTreeMap,
    Tuple,
    blob,
    ic,
    match,
    nat,
    query,
    text,
    update,
    void,
)
from kybra.canisters.management import CanisterStatusResult, management_canister

CREATED = StableBTreeMap[text, Principal](memory_id=0, max_key_size=20, max_value_size=60)


def checked(result: object) -> object:
    return match(result, {"Ok": lambda ok: ok, "Err": lambda err: ic.trap(err)})


@query
def created() -> Principal:
    return CREATED.get("last")


@update
def create(cycles: nat) -> Async[Principal]:
    result = yield management_canister.create_canister({"settings": None}).with_cycles128(cycles)
    CREATED.insert("last", checked(result)["canister_id"])
    return created()


@update
def install(canister_id: Principal, module: blob, arg: blob) -> Async[void]:
    settings = {"mode": {"install": None}, "canister_id": canister_id, "wasm_module": module, "arg": arg}
    checked((yield management_canister.install_code(settings)))


@update
def uninstall(canister_id: Principal) -> Async[void]:
    checked((yield management_canister.uninstall_code({"canister_id": canister_id})))


@update
def start(canister_id: Principal) -> Async[void]:
    checked((yield management_canister.start_canister({"canister_id": canister_id})))


@update
def stop(canister_id: Principal) -> Async[void]:
    checked((yield management_canister.stop_canister({"canister_id": canister_id})))


@update
def delete(canister_id: Principal) -> Async[void]:
    checked((yield management_canister.delete_canister({"canister_id": canister_id})))


@update
def status(canister_id: Principal) -> Async[CanisterStatusResult]:
    return checked((yield management_canister.canister_status({"canister_id": canister_id})))


@update
def deposit(canister_id: Principal, cycles: nat) -> Async[void]:
    checked((yield management_canister.deposit_cycles({"canister_id": canister_id}).with_cycles128(cycles)))


@update
def set_freezing_threshold(canister_id: Principal, seconds: nat) -> Async[void]:
    settings = {
        "controllers": None,
        "compute_allocation": None,
        "memory_allocation": None,
        "freezing_threshold": seconds,
    }
    checked((yield management_canister.update_settings({"canister_id": canister_id, "settings": settings})))


@update
def create_provisionally() -> Async[Tuple[Principal, nat]]:
    result = yield management_canister.provisional_create_canister_with_cycles({"settings": None, "amount": 5_000})
    canister_id = checked(result)["canister_id"]
    checked((yield management_canister.provisional_top_up_canister({"canister_id": canister_id, "amount": 7})))
    status_result = yield management_canister.canister_status({"canister_id": canister_id})
    return (canister_id, checked(status_result)["cycles"])


@update
def random_bytes() -> Async[blob]:
    return checked((yield management_canister.raw_rand()))
