"""What a client loads when its user opens the group: everyone who is in it."""

from kybra import Principal, Vec, query

from canisters.group import access, members, state, summaries
from canisters.group.api import Participant, SelectedInitialResult


@query
def selected_initial() -> SelectedInitialResult:
    if access.caller() is None:
        return {"CallerNotInGroup": None}
    totals = state.load_totals()
    participants: Vec[Participant] = [
        {"user_id": Principal(member["u"]), "date_added": member["d"], "role": summaries.role(member)}
        for member in members.everyone(totals)
    ]
    return {"Success": {"latest_event_index": totals["events"] - 1, "participants": participants}}
