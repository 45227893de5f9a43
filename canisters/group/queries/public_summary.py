"""What somebody sees who is about to join a public group."""

from kybra import query

from canisters.group import state, summaries
from canisters.group.api import PublicSummaryResult


@query
def public_summary() -> PublicSummaryResult:
    if not state.load_info()["is_public"]:
        return {"NotAuthorized": None}
    return {"Success": summaries.for_anyone()}
