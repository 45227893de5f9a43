"""A module beside the entry."""


def whisper(value: str) -> str:
    return value.lower()


def shout(value: str) -> str:
    return value.upper()
