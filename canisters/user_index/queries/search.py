"""People whose names contain a term, best matches first, without the one who asks."""

from kybra import query

from canisters.lib import env
from canisters.user_index import state, users
from canisters.user_index.api import SearchArgs, SearchResult
from canisters.user_index.guards import caller_is_registered
from canisters.user_index.model import search as ranking

NOBODY = -1


@query(guard=caller_is_registered)
def search(args: SearchArgs) -> SearchResult:
    caller = users.number_of_principal(env.caller_bytes())
    numbers = ranking.best_matches(
        users.all_names(),
        ranking.normalized(args["search_term"]),
        results_max=args["max_results"],
        excluded=NOBODY if caller is None else caller,
    )
    found = [users.summary(users.get(number)) for number in numbers]
    return {"Success": {"users": found, "timestamp": state.load_totals()["updated"]}}
