"""I1, I3, I4 and I6 of groups: one list of events, what was acknowledged in it once, and shown to members only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replica.principal import Principal
from replica.reject import Reject
from tests.simulation.checks.direct_chats import check_numbering, text_of
from tests.simulation.person import Person

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check(simulation: Simulation) -> None:
    for group, (owner, _) in simulation.groups.items():
        events = _events(owner, group)
        check_numbering(events, f"group {group}")
        details = owner.ask("group", group, "selected_initial")["Success"]
        members = {bytes(member["user_id"]) for member in details["participants"]}
        for person in simulation.registered():
            check_acknowledged(person, group, events)
            check_place(person, group, is_member=person.user_id in members)
        check_summary(owner, group)


def check_acknowledged(author: Person, group: Principal, events: list[dict[str, Any]]) -> None:
    """I1, for what was said in the group."""
    messages = [wrapper["event"]["Message"] for wrapper in events if "Message" in wrapper["event"]]
    written = [text_of(message) for message in messages if message["sender"] == author.user_id]
    outgoing = author.outgoing.get(group)
    acknowledged = [] if outgoing is None else [draft.text for draft in outgoing.acknowledged()]
    assert written == acknowledged, f"I1: what {author.name} said in {group} is not what was acknowledged"


def check_place(person: Person, group: Principal, *, is_member: bool) -> None:
    """I4: members read, others are told the same as if there were no group; and people know their place."""
    answer = person.ask("group", group, "summary")
    assert not isinstance(answer, Reject), f"{group} does not answer: {answer}"
    assert ("Success" in answer) == is_member, f"I4: {group} answered {person.name}: {next(iter(answer))}"
    place = person.groups.get(group)
    if place is not None and not place.is_doubtful:
        assert place.is_member == is_member, f"{person.name} was told otherwise about being in {group}"


def check_summary(member: Person, group: Principal) -> None:
    """I6: what changed since the beginning is what there is."""
    fresh = member.ask("group", group, "summary")
    assert member.ask("group", group, "summary_updates", {"updates_since": 0}) == fresh, f"I6: summary of {group}"
    since = {"updates_since": fresh["Success"]["last_updated"]}
    assert member.ask("group", group, "summary_updates", since) == {"SuccessNoUpdates": None}, f"I6: {group}"


def _events(member: Person, group: Principal) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while True:
        args = {
            "start_index": len(events),
            "ascending": True,
            "max_events": 100,
            "latest_client_event_index": None,
        }
        page = member.ask("group", group, "events", args)["Success"]["events"]
        events += page
        if len(page) < 100:
            return events
