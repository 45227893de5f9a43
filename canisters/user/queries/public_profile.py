"""Who lives here, for anyone."""

from kybra import query

from canisters.user import state
from canisters.user.api import PublicProfile


@query
def public_profile() -> PublicProfile:
    profile = state.load_profile()
    return {"username": profile["username"], "created": profile["created"]}
