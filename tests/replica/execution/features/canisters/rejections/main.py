"""Rejections: their codes and messages, as values; nothing is raised into the one who waits."""

from kybra import (
    Async,
    Manual,
    Principal,
    RejectionCode,
    Service,
    StableBTreeMap,
    Tuple,
    Vec,
    blob,
    ic,
    nat64,
    query,
    service_update,
    text,
    update,
    void,
)

STEPS = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=200)


class Other(Service):
    @service_update
    def accept(self) -> bool: ...

    @service_update
    def reject(self, message: text) -> void: ...

    @service_update
    def trap(self) -> void: ...

    @service_update
    def absent(self) -> void: ...

    @service_update
    def other_type(self) -> nat64: ...


class Nobody(Service):
    @service_update
    def hello(self) -> void: ...


@update
def accept() -> bool:
    return True


@update
def reject(message: text) -> Manual[void]:
    ic.reject(message)


@update
def trap() -> void:
    raise ValueError("on purpose")


@update
def other_type() -> text:
    return "not a number"


def outcome(result: object) -> Tuple[RejectionCode, text]:
    return (ic.reject_code(), result.Err or "")


@update
def after_reply(other: Other) -> Async[Tuple[RejectionCode, text]]:
    return outcome((yield other.accept()))


@update
def after_reject(other: Other, message: text) -> Async[Tuple[RejectionCode, text]]:
    result = yield other.reject(message)
    assert ic.reject_message() == message
    return outcome(result)


@update
def after_trap(other: Other) -> Async[Tuple[RejectionCode, text]]:
    return outcome((yield other.trap()))


@update
def after_absent_method(other: Other) -> Async[Tuple[RejectionCode, text]]:
    return outcome((yield other.absent()))


@update
def after_absent_canister(nobody: Principal) -> Async[Tuple[RejectionCode, text]]:
    return outcome((yield Nobody(nobody).hello()))


@update
def after_other_type(other: Other) -> Async[Tuple[RejectionCode, text]]:
    """The call was answered, so there is no rejection; that the answer is of no use is Kybra's finding."""
    return outcome((yield other.other_type()))


@update
def nothing_is_raised(other: Other) -> Async[text]:
    try:
        result = yield other.trap()
    except Exception:
        return "raised"
    return "returned" if result.Ok is None and result.Err is not None else "neither"


@update
def trap_after_await(other: Other) -> Async[void]:
    STEPS.insert(0, "kept")
    yield other.accept()
    STEPS.insert(1, "undone")
    ic.trap("too late")


@update
def finally_after_rejection(other: Other) -> Async[blob]:
    try:
        yield other.trap()
    finally:
        STEPS.insert(2, "finally")
    return b""


@update
def message_in_update() -> text:
    return ic.reject_message()


@query
def steps() -> Vec[text]:
    return STEPS.values()
