"""Installation with arguments."""

from kybra import Opt, Principal, Record, StableBTreeMap, Variant, init, null, query, text, void


class User(Record):
    id: text


class Reaction(Variant, total=False):
    Fire: null
    Wave: User


class Setup(Record):
    user: User
    reaction: Reaction
    owner: Principal


SETUP = StableBTreeMap[text, Setup](memory_id=0, max_key_size=20, max_value_size=500)


@init
def initialize(user: User, reaction: Reaction, owner: Principal) -> void:
    SETUP.insert("setup", {"user": user, "reaction": reaction, "owner": owner})


@query
def setup() -> Opt[Setup]:
    return SETUP.get("setup")
