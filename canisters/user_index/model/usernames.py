"""What people may be called; pure rules."""

from typing import Any

LENGTH_MIN = 5
LENGTH_MAX = 25
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
BOT_NAMES = ("parleybot",)


def refusal(name: str) -> Any:
    """Why nobody may be called this, as a case of RegisterUserResult; None if the name is fine."""
    length = len(name.encode())
    if length < LENGTH_MIN:
        return {"UsernameTooShort": {"length_provided": length, "min_length": LENGTH_MIN}}
    if length > LENGTH_MAX:
        return {"UsernameTooLong": {"length_provided": length, "max_length": LENGTH_MAX}}
    if not ALLOWED.issuperset(name) or name[0] == "_" or name[-1] == "_" or "__" in name:
        return {"UsernameInvalid": None}
    # Nobody passes for the system's own bot.
    if name.replace("_", "").lower() in BOT_NAMES:
        return {"UsernameInvalid": None}
    return None
