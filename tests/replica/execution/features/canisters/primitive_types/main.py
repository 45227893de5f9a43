"""Every primitive type of Candid, there and back."""

from kybra import float32, float64, int8, int16, int32, int64, nat, nat8, nat16, nat32, nat64, query, text


@query
def echo_int(value: int) -> int:
    return value


@query
def echo_int64(value: int64) -> int64:
    return value


@query
def echo_int32(value: int32) -> int32:
    return value


@query
def echo_int16(value: int16) -> int16:
    return value


@query
def echo_int8(value: int8) -> int8:
    return value


@query
def echo_nat(value: nat) -> nat:
    return value


@query
def echo_nat64(value: nat64) -> nat64:
    return value


@query
def echo_nat32(value: nat32) -> nat32:
    return value


@query
def echo_nat16(value: nat16) -> nat16:
    return value


@query
def echo_nat8(value: nat8) -> nat8:
    return value


@query
def echo_float64(value: float64) -> float64:
    return value


@query
def echo_float32(value: float32) -> float32:
    return value


@query
def echo_bool(value: bool) -> bool:
    return value


@query
def echo_text(value: text) -> text:
    return value


@query
def echo_str(value: str) -> str:
    return value


@query
def python_names(big: nat, fraction: float64, flag: bool, word: text) -> text:
    return f"{type(big).__name__} {type(fraction).__name__} {type(flag).__name__} {type(word).__name__}"
