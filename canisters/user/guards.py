"""Who may call: the owner, for everything that shows or changes what is theirs."""

from kybra import GuardResult

from canisters.lib import env
from canisters.user import state


def caller_is_owner() -> GuardResult:
    if env.caller_bytes() == state.owner():
        return {"Ok": None}
    return {"Err": "Caller is not the owner"}
