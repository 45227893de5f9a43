"""What a group may be called and how it may be described; asked by the creator's canister and by the group index."""

from typing import Any

NAME_BYTES_MIN = 4
NAME_BYTES_MAX = 25
DESCRIPTION_BYTES_MAX = 1024
GROUPS_PER_CREATOR_MAX = 10
PARTICIPANTS_MAX = 100_000


def refusal(*, name: str, description: str, is_public: bool) -> Any:
    """Why a group with this (trimmed) name and description is refused, as a case of CreateGroupResult."""
    length = len(name.encode())
    if length < NAME_BYTES_MIN:
        return {"NameTooShort": {"length_provided": length, "min_length": NAME_BYTES_MIN}}
    if length > NAME_BYTES_MAX:
        return {"NameTooLong": {"length_provided": length, "max_length": NAME_BYTES_MAX}}
    # The bot that mirrors governance proposals names its groups so; others could pass for them.
    if is_public and "proposals" in name.casefold():
        return {"NameReserved": None}
    length = len(description.encode())
    if length > DESCRIPTION_BYTES_MAX:
        return {"DescriptionTooLong": {"length_provided": length, "max_length": DESCRIPTION_BYTES_MAX}}
    return None
