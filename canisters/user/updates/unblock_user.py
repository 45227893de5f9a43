"""Let somebody write to me again. Unblocking a person who is not blocked changes nothing."""

from kybra import update

from canisters.user import blocking
from canisters.user.api import BlockUserArgs, BlockUserResult
from canisters.user.guards import caller_is_owner


@update(guard=caller_is_owner)
def unblock_user(args: BlockUserArgs) -> BlockUserResult:
    blocking.set_blocked(args["user_id"].bytes, False)
    return {"Success": None}
