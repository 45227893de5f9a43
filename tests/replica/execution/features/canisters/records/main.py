"""Records: dicts with every key; more keys are ignored, and any object with keys will do."""

from kybra import Opt, Record, Vec, nat64, query, text


class User(Record):
    id: nat64
    name: text
    friend: Opt["User"]


class Empty(Record): ...


class Keys:
    """Not a dict, but answers like one."""

    def __getitem__(self, key: str) -> object:
        return {"id": 7, "name": "carol", "friend": None}[key]


@query
def echo(value: User) -> User:
    return value


@query
def keys(value: User) -> Vec[text]:
    return list(value)


@query
def more_keys() -> User:
    return {"id": 1, "name": "alice", "friend": None, "age": 30}


@query
def from_object() -> User:
    return Keys()


@query
def missing_key() -> User:
    return {"id": 1, "name": "alice"}


@query
def wrong_type() -> User:
    return {"id": 1, "name": 2, "friend": None}


@query
def empty(value: Empty) -> Empty:
    return value
