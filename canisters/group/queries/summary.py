"""The group as its member's chat list shows it."""

from kybra import query

from canisters.group import access, state, summaries
from canisters.group.api import SummaryResult


@query
def summary() -> SummaryResult:
    member = access.caller()
    if member is None:
        return {"CallerNotInGroup": None}
    return {"Success": summaries.for_member(member, state.load_totals())}
