"""People by name, joined from a map."""

from kybra import Opt, Record, StableBTreeMap, Vec, query, text, update


class User(Record):
    id: text
    username: text


USERS = StableBTreeMap[text, User](memory_id=0, max_key_size=40, max_value_size=200)


@update
def create_user(username: text) -> User:
    user = {"id": str(USERS.len()), "username": username}
    USERS.insert(user["id"], user)
    return user


@query
def get_user_by_id(user_id: text) -> Opt[User]:
    return USERS.get(user_id)


@query
def get_all_users() -> Vec[User]:
    return USERS.values()
