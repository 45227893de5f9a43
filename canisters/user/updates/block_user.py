"""Block somebody: what they send is turned away without telling them. What is here already stays."""

from kybra import update

from canisters.lib import env
from canisters.user import blocking
from canisters.user.api import BlockUserArgs, BlockUserResult
from canisters.user.guards import caller_is_owner


@update(guard=caller_is_owner)
def block_user(args: BlockUserArgs) -> BlockUserResult:
    user_id = args["user_id"].bytes
    if user_id == env.canister_id_bytes():
        return {"InvalidRequest": "You cannot block yourself"}
    if user_id in (b"", env.ANONYMOUS):
        return {"InvalidRequest": "This is not a person"}

    blocking.set_blocked(user_id, True)
    return {"Success": None}
