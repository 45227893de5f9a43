"""Stable maps with every kind of key."""

from kybra import (
    Alias,
    Opt,
    Principal,
    Record,
    StableBTreeMap,
    Tuple,
    Variant,
    Vec,
    blob,
    ic,
    nat,
    nat8,
    nat64,
    null,
    query,
    text,
    update,
    void,
)

Pair = Tuple[text, nat]
Score = Alias[nat64]


class Kind(Variant, total=False):
    Zebra: null
    Ant: nat


class Entry(Record):
    title: text
    tags: Vec[text]


blobs = StableBTreeMap[blob, blob](memory_id=0, max_key_size=20, max_value_size=30)
texts = StableBTreeMap[text, text](memory_id=1, max_key_size=300, max_value_size=300)
scores = StableBTreeMap[Score, Entry](memory_id=2, max_key_size=15, max_value_size=200)
principals = StableBTreeMap[Principal, nat8](memory_id=3, max_key_size=38, max_value_size=8)
pairs = StableBTreeMap[Pair, nat](memory_id=4, max_key_size=100, max_value_size=30)
kinds = StableBTreeMap[Kind, bool](memory_id=254, max_key_size=100, max_value_size=8)


@update
def put_blob(key: blob, value: blob) -> Opt[blob]:
    return blobs.insert(key, value)


@query
def get_blob(key: blob) -> Opt[blob]:
    return blobs.get(key)


@update
def remove_blob(key: blob) -> Opt[blob]:
    return blobs.remove(key)


@query
def blob_facts(key: blob) -> Tuple[bool, bool, nat64]:
    return (blobs.contains_key(key), blobs.is_empty(), blobs.len())


@query
def all_blobs() -> Vec[Tuple[blob, blob]]:
    return blobs.items()


@update
def put_blob_from_list() -> Opt[blob]:
    blobs.insert([1, 2], bytearray(b"x"))
    return blobs.get(b"\x01\x02")


@update
def put_text(key: text, value: text) -> Opt[text]:
    return texts.insert(key, value)


@query
def text_keys() -> Vec[text]:
    return texts.keys()


@query
def text_values() -> Vec[text]:
    return texts.values()


@update
def put_score(score: Score, entry: Entry) -> Opt[Entry]:
    return scores.insert(score, entry)


@update
def change_copy(score: Score) -> Opt[Entry]:
    entry = scores.get(score)
    entry["tags"].append("changed")
    return scores.get(score)


@query
def score_keys() -> Vec[Score]:
    return scores.keys()


@update
def put_principal(key: Principal) -> Opt[nat8]:
    return principals.insert(key, 1)


@query
def principal_keys() -> Vec[Principal]:
    return principals.keys()


@update
def put_pair(key: Pair) -> Opt[nat]:
    return pairs.insert(key, 1)


@query
def pair_keys() -> Vec[Pair]:
    return pairs.keys()


@update
def put_kind(key: Kind) -> Opt[bool]:
    return kinds.insert(key, True)


@query
def kind_keys() -> Vec[Kind]:
    return kinds.keys()


@update
def put_and_trap(key: blob) -> void:
    blobs.insert(key, b"")
    ic.trap("after the insert")


@update
def put_wrong_type() -> void:
    blobs.insert(5, b"")


@update
def put_and_fail(key: blob) -> void:
    blobs.insert(key, b"")
    raise KeyError("missing")
