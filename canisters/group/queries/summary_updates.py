"""The same as `summary` if anything changed since the caller last looked; clients poll this."""

from kybra import query

from canisters.group import access, state, summaries
from canisters.group.api import SummaryUpdatesArgs, SummaryUpdatesResult


@query
def summary_updates(args: SummaryUpdatesArgs) -> SummaryUpdatesResult:
    member = access.caller()
    if member is None:
        return {"CallerNotInGroup": None}
    totals = state.load_totals()
    if totals["updated"] <= args["updates_since"]:
        return {"SuccessNoUpdates": None}
    return {"Success": summaries.for_member(member, totals)}
