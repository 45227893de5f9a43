"""The account of whoever asks."""

from kybra import Principal, query

from canisters.lib import children, env, upgrades
from canisters.user_index import state, users
from canisters.user_index.api import CurrentUserResult


@query
def current_user() -> CurrentUserResult:
    number = users.number_of_principal(env.caller_bytes())
    if number is None:
        return {"UserNotFound": None}

    user = users.get(number)
    return {
        "Success": {
            "user_id": Principal(user["id"]),
            "username": user["name"],
            "date_created": user["created"],
            "canister_version": children.child(state.CHILDREN, number)["v"],
            "upgrade_in_progress": upgrades.is_upgrading(state.CHILDREN, number),
        }
    }
