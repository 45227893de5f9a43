"""Sorting with a comparison that is a value."""

from collections.abc import Callable

from comparison import by_size
from kybra import Vec, int64, query


def quicksort(values: list[int], compare: Callable[[int, int], int]) -> list[int]:
    if len(values) < 2:
        return values
    pivot, rest = values[0], values[1:]
    smaller = [each for each in rest if compare(each, pivot) < 0]
    others = [each for each in rest if compare(each, pivot) >= 0]
    return [*quicksort(smaller, compare), pivot, *quicksort(others, compare)]


@query
def sort(values: Vec[int64]) -> Vec[int64]:
    return quicksort(values, by_size)
