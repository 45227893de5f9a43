"""Whether a name may be registered, without registering it."""

from kybra import query

from canisters.user_index import registrations
from canisters.user_index.api import CheckUsernameArgs, CheckUsernameResult
from canisters.user_index.model import usernames


@query
def check_username(args: CheckUsernameArgs) -> CheckUsernameResult:
    name = args["username"]
    refused: CheckUsernameResult | None = usernames.refusal(name) or registrations.name_refusal(name)
    return refused or {"Success": None}
