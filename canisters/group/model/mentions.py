"""Who a message mentions, and what people may call themselves in a notification."""

MENTIONS_MAX = 100
NAME_BYTES_MAX = 100


def name_problem(field: str, name: str) -> str | None:
    """What is wrong with the name that a caller gave for themselves, in words; None if nothing is."""
    return f"{field} has more than {NAME_BYTES_MAX} bytes" if len(name.encode()) > NAME_BYTES_MAX else None


def count_problem(mention_count: int) -> str | None:
    return f"more than {MENTIONS_MAX} people are mentioned" if mention_count > MENTIONS_MAX else None
