"""Vectors of vectors of every kind."""

from kybra import Opt, Principal, Record, Vec, float32, nat, nat8, null, query, text


class Tag(Record):
    name: text
    of: Vec[Vec[text]]


@query
def texts(value: Vec[Vec[text]]) -> Vec[Vec[text]]:
    return value


@query
def deep(value: Vec[Vec[Vec[Vec[nat]]]]) -> Vec[Vec[Vec[Vec[nat]]]]:
    return value


@query
def blobs(value: Vec[Vec[Vec[nat8]]]) -> Vec[Vec[Vec[nat8]]]:
    return value


@query
def nulls(value: Vec[Vec[null]]) -> Vec[Vec[null]]:
    return value


@query
def options(value: Vec[Vec[Opt[float32]]]) -> Vec[Vec[Opt[float32]]]:
    return value


@query
def principals(value: Vec[Vec[Principal]]) -> Vec[Vec[Principal]]:
    return value


@query
def records(value: Vec[Vec[Tag]]) -> Vec[Vec[Tag]]:
    return value
