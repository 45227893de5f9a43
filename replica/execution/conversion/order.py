"""The order of keys in a stable map: that of their Rust types, which is neither Python's nor that of the bytes.

Principals order by length first, variants by the order of declaration. References have no order among each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from replica.candid.type_table import wire_order
from replica.candid.types import Field, Named, Opt, Prim, Record, Type, Variant, Vec, resolve
from replica.execution.conversion.names import python_key

Order = Callable[[Any], Any]


def ord_key(candid_type: Type) -> Order:
    """A function from decoded values of a type to keys that sort as the Rust values do."""
    return _Orders().order(candid_type)


class _Orders:
    def __init__(self) -> None:
        self._named: dict[tuple[int, str], Order] = {}

    def order(self, candid_type: Type) -> Order:
        match candid_type:
            case Named():
                return self._order_of_named(candid_type)
            case Prim(name):
                return _order_of_primitive(name)
            case Opt(inner):
                return _order_of_opt(self.order(inner))
            case Vec(inner):
                return _as_it_is if resolve(inner) == Prim("nat8") else _order_of_vec(self.order(inner))
            case Record(fields):
                return self._order_of_record(candid_type, fields)
            case Variant(fields):
                return _order_of_variant([(python_key(item), self.order(item.type)) for item in fields])
            case _:
                return _all_equal

    def _order_of_named(self, named: Named) -> Order:
        key = (id(named.definitions), named.name)
        if key not in self._named:
            self._named[key] = lambda value: self._named[key](value)
            self._named[key] = self.order(named.resolve())
        return self._named[key]

    def _order_of_record(self, record: Record, fields: Sequence[Field]) -> Order:
        if record.is_tuple:
            orders = [self.order(item.type) for item in wire_order(fields)]
            return lambda value: tuple([order(item) for order, item in zip(orders, value, strict=True)])
        keyed = [(python_key(item), self.order(item.type)) for item in fields]
        return lambda value: tuple([order(value[key]) for key, order in keyed])


def _as_it_is(value: Any) -> Any:
    return value


def _all_equal(value: Any) -> Any:
    return ()


def _order_of_primitive(name: str) -> Order:
    if name in ("null", "reserved", "empty"):
        return _all_equal
    if name == "principal":
        return lambda value: (len(value.bytes), value.bytes)
    if name in ("float32", "float64"):
        # NaN has no place in an order; it goes before everything, so that there is one.
        return lambda value: (value == value, value if value == value else 0.0)
    return _as_it_is


def _order_of_opt(order: Order) -> Order:
    return lambda value: () if value is None else (order(value),)


def _order_of_vec(order: Order) -> Order:
    return lambda value: [order(item) for item in value]


def _order_of_variant(cases: Sequence[tuple[str, Order]]) -> Order:
    by_tag = {tag: (position, order) for position, (tag, order) in enumerate(cases)}

    def order_of_value(value: Any) -> Any:
        ((tag, payload),) = value.items()
        position, order = by_tag[tag]
        return position, order(payload)

    return order_of_value
