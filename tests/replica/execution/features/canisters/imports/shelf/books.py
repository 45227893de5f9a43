"""A module in a package."""

TITLES = ("first", "second")


def title(index: int) -> str:
    return TITLES[index]
