"""Which canisters the index answers: those of registered people, groups, and the two that it was installed with."""

from collections.abc import Generator
from typing import Any

from canisters.lib import c2c, children, env
from canisters.lib import callers as known_callers
from canisters.user_index import state


def prove_ours() -> Generator[Any, Any, None]:
    """Raise unless the caller is one of ours; a group is looked up at the group index once. `yield from` this."""
    caller = env.caller_bytes()
    settings = state.load_settings()
    if caller in (settings["group_index"], settings["notifications"]):
        return
    if children.number_of(state.CHILDREN, caller) is not None:
        return
    proved = yield from known_callers.prove(state.INDEXES, known_callers.GROUP, settings["group_index"], caller)
    if not proved.get("Ok"):
        raise c2c.C2cError("the caller is no canister of ours")
