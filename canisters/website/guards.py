"""Who may change the site: the controller who installed this code.

A guard cannot ask the system for the controllers, since that takes a call; installing and upgrading takes one, so
whoever did it last is remembered, and a controller who was removed loses the right with the next upgrade.
"""

from kybra import GuardResult

from canisters.lib import env
from canisters.website import state


def is_writer() -> GuardResult:
    if env.caller_bytes() == state.writer():
        return {"Ok": None}
    return {"Err": "Caller is not authorized"}
