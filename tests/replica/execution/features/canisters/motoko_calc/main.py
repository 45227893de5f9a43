"""A calculator whose cell lasts."""

from kybra import Opt, StableBTreeMap, int64, text, update

CELL = StableBTreeMap[text, int64](memory_id=0, max_key_size=20, max_value_size=20)


def keep(value: int) -> int:
    CELL.insert("cell", value)
    return value


def cell() -> int:
    return CELL.get("cell") or 0


@update
def add(n: int64) -> int64:
    return keep(cell() + n)


@update
def sub(n: int64) -> int64:
    return keep(cell() - n)


@update
def mul(n: int64) -> int64:
    return keep(cell() * n)


@update
def div(n: int64) -> Opt[int64]:
    return None if n == 0 else keep(cell() // n)


@update
def clearall() -> int64:
    return keep(0)
