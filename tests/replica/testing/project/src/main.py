"""A project as people outside this repository have it: `src/main.py`, a module beside it, a package."""

from kybra import (
    Principal,
    StableBTreeMap,
    ic,
    init,
    nat64,
    query,
    text,
    update,
    void,
)
from prices import price_of
from shop.orders import Order, Outcome

ORDERS = StableBTreeMap[nat64, text](memory_id=0, max_key_size=16, max_value_size=100)
SETTINGS = StableBTreeMap[text, text](memory_id=1, max_key_size=20, max_value_size=100)


@init
def open_shop(name: text) -> void:
    SETTINGS.insert("name", name)


@update
def order(order: Order) -> Outcome:
    if order["count"] == 0:
        return {"Empty": None}
    ORDERS.insert(ORDERS.len(), order["what"])
    ic.print(f"{order['count']} {order['what']}")
    return {"Ordered": price_of(order["what"]) * order["count"]}


@query
def orders() -> nat64:
    return ORDERS.len()


@query
def name() -> text:
    return SETTINGS.get("name") or ""


@query
def whoami() -> Principal:
    return ic.caller()


@update
def close_in(seconds: nat64) -> void:
    ic.set_timer(seconds, close)


def close() -> void:
    SETTINGS.insert("name", "closed")


@update
def fail() -> void:
    ic.trap("out of order")
