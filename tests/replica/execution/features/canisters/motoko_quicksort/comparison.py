"""How to compare."""


def by_size(first: int, second: int) -> int:
    return (first > second) - (first < second)
