"""Several files, types that refer to each other across them, and joins made in Python."""

from candid_types import Post, User
from kybra import StableBTreeMap, Vec, nat64, query, text, update

USERS = StableBTreeMap[nat64, "User"](memory_id=0, max_key_size=15, max_value_size=500)
POSTS = StableBTreeMap[nat64, "Post"](memory_id=1, max_key_size=15, max_value_size=1_000)


@update
def create_user(name: text) -> User:
    user = {"id": USERS.len(), "name": name, "posts": []}
    USERS.insert(user["id"], user)
    return user


@update
def create_post(author: nat64, title: text) -> Post:
    user = USERS.get(author)
    user["posts"].append(POSTS.len())
    USERS.insert(author, user)
    post = {"id": POSTS.len(), "title": title, "author": user}
    POSTS.insert(post["id"], post)
    return post


@query
def posts() -> Vec[Post]:
    return POSTS.values()
