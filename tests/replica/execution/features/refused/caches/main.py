"""Caches: state in disguise."""

from functools import lru_cache

from kybra import nat64, query


@lru_cache
def slow(value: int) -> int:  # refused: P1
    return value * value


@query
def squared(value: nat64) -> nat64:
    return slow(value)
