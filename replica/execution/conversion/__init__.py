"""Values between Candid messages and canister code, as strict as Kybra's own conversion.

Everything is compiled once per type and called per message. Types are `replica.candid.types` with the names of the
wire; where such a name is a Python keyword, canister code sees it with an underscore (`python_name`, `wire_name`).

    to_candid = compile_to_candid([T, U])        # sequence of values -> a whole message; extra values are ignored
    from_candid = compile_from_candid([T, U])    # a whole message -> list of values
    encode = compile_value_to_candid(T)          # one value <-> a whole message with one value: stable maps, replies
    decode = compile_value_from_candid(T)
    order = ord_key(T)                           # decoded value -> sorting key in the order of the Rust type

What does not convert to Candid raises an exception with Kybra's text; what does not decode is a `Trap`. Values that
come from Candid hold `kybra.Principal`s; services are made by `make_service(class name, kybra.Principal)`, the class
name being that of the `Named` type.
"""

from replica.execution.conversion.compiled import (
    MakeService,
    compile_from_candid,
    compile_to_candid,
    compile_value_from_candid,
    compile_value_to_candid,
    python_decoder,
)
from replica.execution.conversion.names import python_name, wire_name
from replica.execution.conversion.order import ord_key
from replica.execution.conversion.principals import principal_bytes

__all__ = [
    "MakeService",
    "compile_from_candid",
    "compile_to_candid",
    "compile_value_from_candid",
    "compile_value_to_candid",
    "ord_key",
    "principal_bytes",
    "python_decoder",
    "python_name",
    "wire_name",
]
