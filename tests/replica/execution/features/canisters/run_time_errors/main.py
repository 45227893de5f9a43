"""What goes wrong in Python: which errors can be caught, and what those that are not become."""

from kybra import Principal, Service, StableBTreeMap, Vec, ic, nat8, nat64, query, service_update, text, update, void

AGES = StableBTreeMap[text, nat8](memory_id=0, max_key_size=20, max_value_size=8)


class Peer(Service):
    @service_update
    def take(self, value: nat64) -> void: ...


class OwnError(Exception):
    """Of this canister."""


@query
def index(values: Vec[nat64]) -> nat64:
    return values[5]


@query
def own() -> text:
    raise OwnError("with a text")


@query
def without_text() -> text:
    raise ValueError


@query
def division() -> nat64:
    return 1 // 0


@query
def asserted() -> text:
    assert 1 > 2, "that is not so"
    return ""


@query
def caught() -> Vec[text]:
    errors = []
    for action in (wrong_key, wrong_value, wrong_notification, no_principal, no_text, too_many_pages):
        try:
            action()
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
    return errors


def wrong_key() -> void:
    AGES.get(5)


def wrong_value() -> void:
    AGES.insert("alice", 256)


def wrong_notification() -> void:
    Peer(ic.id()).take("a").notify()


def no_principal() -> void:
    ic.notify_raw("aaaaa-aa", "raw_rand", b"", 0)


def no_text() -> void:
    ic.trap(5)


def too_many_pages() -> void:
    ic.performance_counter(-1)


@update
def trap(message: text) -> void:
    try:
        ic.trap(message)
    except Exception:
        AGES.insert("caught", 1)
    finally:
        AGES.insert("finally", 1)


@query
def ages() -> Vec[text]:
    return AGES.keys()


@query
def of_text(value: text) -> Principal:
    return Principal.from_str(value)
