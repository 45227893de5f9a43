"""Fields and variants named like keywords: of Python with an underscore behind, of Rust and Candid as they are."""

from kybra import Record, Variant, nat, null, query, text


class Python(Record):
    from_: text
    class_: text
    lambda_: nat
    None_: nat


class Rust(Record):
    type: text
    fn: text
    match: nat
    self_type: nat


class Verb(Variant, total=False):
    import_: null
    return_: nat
    service: null


@query
def python(value: Python) -> Python:
    return value


@query
def rust(value: Rust) -> Rust:
    return value


@query
def verb(value: Verb) -> Verb:
    return value


@query
def keys_in_python(value: Python) -> text:
    return " ".join(value)


@query
def async_(value: text) -> text:
    return value
