"""The types, apart from the methods."""

from kybra import Record, Vec, nat64, text


class User(Record):
    id: nat64
    name: text
    posts: Vec[nat64]


class Post(Record):
    id: nat64
    title: text
    author: User
