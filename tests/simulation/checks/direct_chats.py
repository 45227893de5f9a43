"""I1, I2 and I3 of direct chats: what was acknowledged is there, once and in order, and both sides tell the same.

Where one side ever blocked the other, messages may be missing at the reader's, and read marks differ; what is there
is still in order, once. Everything else has to match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replica.principal import Principal
from tests.simulation.client_copy import ClientCopy
from tests.simulation.person import Person

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check(simulation: Simulation) -> None:
    people = simulation.registered()
    for person in people:
        for them, events in simulation.copies[person.name].events.items():
            check_numbering(events, f"{person.name} with {them}")
    for author in people:
        for reader in people:
            if author is not reader:
                check_direction(simulation, author, reader)


def check_numbering(events: list[dict[str, Any]], where: str) -> None:
    """I3"""
    assert [wrapper["index"] for wrapper in events] == list(range(len(events))), f"I3: events have gaps: {where}"
    messages = [wrapper["event"]["Message"] for wrapper in events if "Message" in wrapper["event"]]
    assert [message["message_index"] for message in messages] == list(range(len(messages))), f"I3: {where}"
    ids = [message["message_id"] for message in messages]
    assert len(set(ids)) == len(ids), f"I3: a message is there twice: {where}"


def check_direction(simulation: Simulation, author: Person, reader: Person) -> None:
    mine, theirs = simulation.copies[author.name], simulation.copies[reader.name]
    author_id, reader_id = _id(author), _id(reader)
    where = f"from {author.name} to {reader.name}"
    written = _by(author_id, mine.messages(reader_id))
    received = _by(author_id, theirs.messages(author_id))
    check_acknowledged(author, reader_id, written, where)
    is_blocked = author_id in reader.blocked_ever or reader_id in author.blocked_ever
    if not is_blocked and not (written and mine.chats[reader_id]["delivery_failed"]):
        assert _texts(received) == _texts(written), f"I1: not delivered once and in order {where}"
        check_read_marks(mine, theirs, author_id, reader_id, where)
        check_replies(mine.messages(reader_id), theirs.messages(author_id), written, where)
    assert _is_subsequence(_texts(received), _texts(written)), f"I1: out of order, doubled or invented {where}"


def check_acknowledged(author: Person, chat: Principal, written: list[dict[str, Any]], where: str) -> None:
    """I1: exactly what was acknowledged, as it was acknowledged, in the order in which it was written."""
    outgoing = author.outgoing.get(chat)
    acknowledged = [] if outgoing is None else outgoing.acknowledged()
    given_up = [] if outgoing is None else [draft.text for draft in outgoing.drafts if draft.is_given_up]
    assert _texts(written) == [draft.text for draft in acknowledged], f"I1: not what was acknowledged {where}"
    assert not set(given_up) & set(_texts(written)), f"I1: what was refused is there {where}"
    for draft, message in zip(acknowledged, written, strict=True):
        success = draft.success or {}
        assert success["message_index"] == message["message_index"], f"I1: acknowledged under another number {where}"
        assert success["event_index"] == message["index"], f"I1: acknowledged under another number {where}"


def check_read_marks(mine: ClientCopy, theirs: ClientCopy, author: Principal, reader: Principal, where: str) -> None:
    """I2: the newest message of the author that the reader has read is the same on both sides."""
    if reader not in mine.chats:
        return
    as_told = _newest(author, mine.messages(reader), mine.chats[reader]["read_by_them_up_to"])
    as_read = _newest(author, theirs.messages(author), theirs.chats[author]["read_by_me_up_to"])
    assert as_told == as_read, f"I2: read marks differ {where}"


def check_replies(
    mine: list[dict[str, Any]], theirs: list[dict[str, Any]], written: list[dict[str, Any]], where: str
) -> None:
    """I2: an answer answers the same message on both sides, though each numbers for itself."""
    for message in written:
        here, there = _replied(message, mine), _replied(_same(message, theirs), theirs)
        assert here == there, f"I2: {message['text']!r} answers another message {where}"


def _replied(message: dict[str, Any], messages: list[dict[str, Any]]) -> int | None:
    reply = message["replies_to"]
    if reply is None:
        return None
    return next((other["message_id"] for other in messages if other["index"] == reply["event_index"]), None)


def _same(message: dict[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    return next(other for other in messages if other["message_id"] == message["message_id"])


def _newest(author: Principal, messages: list[dict[str, Any]], read_up_to: int | None) -> str | None:
    texts = [
        text_of(m)
        for m in messages
        if m["sender"] == author and read_up_to is not None and m["message_index"] <= read_up_to
    ]
    return texts[-1] if texts else None


def _by(author: Principal, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in messages if message["sender"] == author]


def _texts(messages: list[dict[str, Any]]) -> list[str]:
    return [text_of(message) for message in messages]


def text_of(message: dict[str, Any]) -> str:
    text: str = message["content"]["Text"]["text"]
    return text


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(text in rest for text in part)


def _id(person: Person) -> Principal:
    assert person.user_id is not None
    return person.user_id
