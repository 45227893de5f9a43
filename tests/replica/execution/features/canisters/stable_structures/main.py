"""Stable maps of every kind of key, in the order of their Rust types, and values that are copies."""

from kybra import (
    Func,
    Opt,
    Principal,
    Query,
    Record,
    Service,
    StableBTreeMap,
    Tuple,
    Variant,
    Vec,
    blob,
    float64,
    int8,
    nat,
    nat64,
    null,
    query,
    service_query,
    text,
    update,
    void,
)


class User(Record):
    name: text
    tags: Vec[text]


class Grade(Variant, total=False):
    Zero: null
    Low: nat64
    High: nat64


class Some_Service(Service):
    @service_query
    def hello(self) -> text: ...


Pair = Tuple[text, nat64]
Callback = Func(Query[[text], text])

BY_INT8 = StableBTreeMap[int8, text](memory_id=0, max_key_size=8, max_value_size=100)
BY_TEXT = StableBTreeMap[text, User](memory_id=1, max_key_size=40, max_value_size=200)
BY_BLOB = StableBTreeMap[blob, nat](memory_id=2, max_key_size=40, max_value_size=40)
BY_BOOL = StableBTreeMap[bool, float64](memory_id=3, max_key_size=8, max_value_size=15)
BY_PRINCIPAL = StableBTreeMap[Principal, Callback](memory_id=4, max_key_size=38, max_value_size=100)
BY_PAIR = StableBTreeMap[Pair, Some_Service](memory_id=5, max_key_size=60, max_value_size=100)
BY_GRADE = StableBTreeMap[Grade, Opt[text]](memory_id=6, max_key_size=60, max_value_size=60)
BY_OPTION = StableBTreeMap[Opt[nat64], null](memory_id=7, max_key_size=30, max_value_size=8)
BY_LIST = StableBTreeMap[Vec[nat64], bool](memory_id=8, max_key_size=100, max_value_size=8)
BY_NAT = StableBTreeMap[nat, Vec[User]](254, 40, 500)


@update
def fill() -> void:
    for number in (5, -128, 127, -1, 0):
        BY_INT8.insert(number, str(number))
    for key in (b"b", b"", b"aa", b"a"):
        BY_BLOB.insert(key, len(key))
    for flag in (True, False):
        BY_BOOL.insert(flag, 0.5)
    for raw in (b"\x02\x00", b"\x09", b"", b"\x01\x05"):
        BY_PRINCIPAL.insert(Principal(raw), (Principal(raw), "call"))
    for pair in (("b", 1), ("a", 10), ("a", 9)):
        BY_PAIR.insert(pair, Some_Service(Principal(b"")))
    for grade in ({"High": 0}, {"Low": 7}, {"Zero": None}, {"Low": 2}):
        BY_GRADE.insert(grade, None)
    for option in (0, None, 5):
        BY_OPTION.insert(option, None)
    for numbers in ([2], [1, 5], [], [1]):
        BY_LIST.insert(numbers, True)
    for number in (2**70, 3):
        BY_NAT.insert(number, [])


@query
def int8_keys() -> Vec[int8]:
    return BY_INT8.keys()


@query
def blob_keys() -> Vec[blob]:
    return BY_BLOB.keys()


@query
def bool_keys() -> Vec[bool]:
    return BY_BOOL.keys()


@query
def principal_keys() -> Vec[blob]:
    return [key.bytes for key, _ in BY_PRINCIPAL.items()]


@query
def pair_keys() -> Vec[Pair]:
    return BY_PAIR.keys()


@query
def grade_keys() -> Vec[Grade]:
    return BY_GRADE.keys()


@query
def option_keys() -> Vec[Opt[nat64]]:
    return BY_OPTION.keys()


@query
def list_keys() -> Vec[Vec[nat64]]:
    return BY_LIST.keys()


@query
def nat_keys() -> Vec[nat]:
    return BY_NAT.keys()


@query
def callbacks() -> Vec[Callback]:
    return BY_PRINCIPAL.values()


@query
def services() -> Vec[Some_Service]:
    return BY_PAIR.values()


@update
def user(name: text) -> User:
    BY_TEXT.insert(name, {"name": name, "tags": []})
    fetched = BY_TEXT.get(name)
    fetched["tags"].append("changed in the copy only")
    return BY_TEXT.get(name)
