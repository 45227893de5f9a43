"""Who installed me, who was named, who asks, and who am I to others."""

from kybra import (
    Async,
    Principal,
    Service,
    StableBTreeMap,
    ic,
    init,
    post_upgrade,
    query,
    service_query,
    text,
    update,
    void,
)

KNOWN = StableBTreeMap[text, Principal](memory_id=0, max_key_size=30, max_value_size=60)


class WhoAmI(Service):
    @service_query
    def whoami(self) -> Principal: ...


@init
def on_install(somebody: Principal) -> void:
    remember(somebody)


@post_upgrade
def on_upgrade(somebody: Principal) -> void:
    remember(somebody)


def remember(somebody: Principal) -> None:
    KNOWN.insert("installer", ic.caller())
    KNOWN.insert("argument", somebody)


@query
def installer() -> Principal:
    return KNOWN.get("installer")


@query
def argument() -> Principal:
    return KNOWN.get("argument")


@query
def whoami() -> Principal:
    return ic.caller()


@query
def id() -> Principal:  # noqa: A001
    return ic.id()


@update
def id_of_this_one() -> Async[Principal]:
    """What this canister is to itself when it calls."""
    result = yield WhoAmI(ic.id()).whoami()
    return result.Ok
