"""Who may do what. Roles are ordered, and each permission names the lowest role that has it."""

OWNER = "Owner"
ADMIN = "Admin"
PARTICIPANT = "Participant"

_RANKS = {OWNER: 2, ADMIN: 1, PARTICIPANT: 0}
_LOWEST_ROLES = {"add_members": ADMIN, "send_messages": PARTICIPANT}


def may(role: str, permission: str) -> bool:
    return _RANKS[role] >= _RANKS[_LOWEST_ROLES[permission]]


def may_add_members(role: str, *, is_public: bool) -> bool:
    """Nobody adds others to a public group: whoever wants to be in it joins."""
    return not is_public and may(role, "add_members")


def may_leave(role: str) -> bool:
    """The owner must hand the group over first, or nobody could look after it."""
    return role != OWNER
