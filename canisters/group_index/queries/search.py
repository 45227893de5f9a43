"""Public groups by words in their name or description, best first. Looks at all of them, which a query may."""

from heapq import nsmallest

from kybra import Principal, Vec, query

from canisters.group_index import groups
from canisters.group_index.api import GroupMatch, SearchArgs, SearchResult
from canisters.group_index.model.scoring import TERM_BYTES_MAX, TERM_BYTES_MIN, score


@query
def search(args: SearchArgs) -> SearchResult:
    term = args["search_term"]
    length = len(term.encode())
    if length < TERM_BYTES_MIN:
        return {"TermTooShort": {"length_provided": length, "min_length": TERM_BYTES_MIN}}
    if length > TERM_BYTES_MAX:
        return {"TermTooLong": {"length_provided": length, "max_length": TERM_BYTES_MAX}}

    scored = [(score(group["n"], group["d"], term), group) for group in groups.public_groups()]
    best = nsmallest(args["max_results"], (one for one in scored if one[0]), key=lambda one: -one[0])
    matches: Vec[GroupMatch] = [
        {"chat_id": Principal(group["i"]), "name": group["n"], "description": group["d"]} for _, group in best
    ]
    return {"Success": {"matches": matches}}
