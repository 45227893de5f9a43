"""Who may call what."""

from kybra import GuardResult

from canisters.lib import children, env
from canisters.user_index import state, users


def caller_is_signed_in() -> GuardResult:
    if env.caller_bytes() == env.ANONYMOUS:
        return {"Err": "Caller is anonymous"}
    return {"Ok": None}


def caller_is_registered() -> GuardResult:
    """A registered person, or the canister of one."""
    caller = env.caller_bytes()
    if users.number_of_principal(caller) is not None or children.number_of(state.CHILDREN, caller) is not None:
        return {"Ok": None}
    return {"Err": "Caller is not registered"}
