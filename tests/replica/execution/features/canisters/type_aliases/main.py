"""Aliases are transparent: they have no name in the interface."""

from kybra import Alias, Duration, Opt, Record, TimerId, Vec, nat64, query
from names import Name

UserId = Alias[nat64]
UserIds = Alias[Vec[UserId]]


class User(Record):
    id: UserId
    name: Name
    friends: UserIds


@query
def echo(user: User) -> User:
    return user


@query
def ids(value: UserIds) -> UserIds:
    return value


@query
def maybe(value: Opt[UserId]) -> Opt[UserId]:
    return value


@query
def built_in(delay: Duration) -> TimerId:
    return delay
