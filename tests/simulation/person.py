"""Somebody who uses the chat as its web client does, on a network that fails.

A client sends the drafts of a chat one after the other. What is answered with a refusal was not done; the person tries
again or gives up. What is answered with "unknown", or not at all, may have been done: it is sent again, with the same
message id, before anything newer, until an answer is definite. What people know from answers is what `checks` holds
against the canisters at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from parley.interfaces import interface
from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.requests import CallRequest
from tests.fixtures.replica import person as principal_of
from tests.simulation.machine import LOST, Answer, Lost, Machine
from tests.simulation.trace import Trace, told

Result = dict[str, Any] | Reject | Lost
Then = Callable[[Result], None]


@dataclass(slots=True, eq=False)
class Draft:
    """A message on its way into the author's canister, or the group's."""

    message_id: int
    text: str
    replies_to: int | None
    success: dict[str, Any] | None = None
    """What was answered when it was stored."""
    is_given_up: bool = False
    """Refused for certain, and not tried again: it must never appear."""


@dataclass(slots=True, eq=False)
class Outgoing:
    """The drafts of one author to one chat, oldest first; at most one of them is being sent."""

    kind: Literal["user", "group"]
    drafts: list[Draft] = field(default_factory=list)
    done: int = 0
    """Drafts before this one are stored or given up."""
    is_busy: bool = False

    def next(self) -> Draft | None:
        return self.drafts[self.done] if self.done < len(self.drafts) else None

    def acknowledged(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.success is not None]


@dataclass(slots=True)
class Membership:
    """What somebody knows of their place in a group: one wish at a time, repeated until the answer is definite."""

    is_member: bool = False
    wish: Literal["join", "leave"] | None = None
    is_busy: bool = False
    is_doubtful: bool = False
    """A call of ours may still be on its way to the group: what we know need not be the last word."""


def is_unknown(result: Result) -> bool:
    """It may have happened, or may happen still."""
    return result is LOST or (isinstance(result, Reject) and result.code == RejectCode.SYS_UNKNOWN)


def succeeded(result: Result) -> Any:
    """The payload of `Success`, or None."""
    return result.get("Success", None) if isinstance(result, dict) else None


class Person:
    def __init__(
        self,
        name: str,
        machine: Machine,
        chance: Random,
        trace: Trace,
        *,
        user_index: Principal,
        user_id: Principal | None,
    ) -> None:
        self.name = name
        self.principal = principal_of(name)
        self.user_id = user_id
        self.outgoing: dict[Principal, Outgoing] = {}
        """By canister: another person's for a direct chat, the group's for a group."""
        self.blocked_ever: set[Principal] = set()
        self.groups: dict[Principal, Membership] = {}
        self.owned: list[Principal] = []
        self._machine = machine
        self._chance = chance
        self._trace = trace
        self._user_index = user_index
        self._is_registering = False
        self._written = 0

    # -- Calls -------------------------------------------------------------------------------------------------------

    def call(self, kind: str, canister_id: Principal, method: str, value: object, then: Then) -> None:
        """Call a method; `then` is told its result, once."""
        request: list[CallRequest] = []

        def first(answer: Answer) -> None:
            if answer is LOST and request and self._chance.random() < 0.5:
                self._trace.note(self.name, f"sends the same {method} again")
                self._machine.submit_again(request[0], last)
            else:
                last(answer)

        def last(answer: Answer) -> None:
            result: Result = answer if not isinstance(answer, bytes) else _decoded(kind, method, answer)
            self._trace.note(self.name, f"{method} -> {told(result)}")
            then(result)

        arg = interface(kind).encode_args(method, value)
        request.append(self._machine.submit(self.principal, canister_id, method, arg, first))

    def ask(self, kind: str, canister_id: Principal, method: str, *values: object) -> Any:
        """Ask a query; the result, or the reject."""
        arg = interface(kind).encode_args(method, *values)
        answer = self._machine.query(self.principal, canister_id, method, arg)
        return answer if isinstance(answer, Reject) else _decoded(kind, method, answer)

    def call_own(self, method: str, value: object, then: Then) -> None:
        assert self.user_id is not None, "who is not registered has no canister to call"
        self.call("user", self.user_id, method, value, then)

    def ask_own(self, method: str, *values: object) -> Any:
        assert self.user_id is not None, "who is not registered has no canister to ask"
        return self.ask("user", self.user_id, method, *values)

    # -- Registering -------------------------------------------------------------------------------------------------

    def register(self) -> None:
        """Try; a registration that was cut off blocks the next one for some minutes."""
        if self.user_id is None and not self._is_registering:
            self._is_registering = True
            self.call("user_index", self._user_index, "register_user", {"username": self.name}, self._registered)

    def _registered(self, result: Result) -> None:
        self._is_registering = False
        if (success := succeeded(result)) is not None:
            self.user_id = Principal(success["user_id"])
        elif isinstance(result, dict) and "AlreadyRegistered" in result:
            found = self.ask("user_index", self._user_index, "current_user")
            if (success := succeeded(found)) is not None:
                self.user_id = Principal(success["user_id"])

    # -- Writing -----------------------------------------------------------------------------------------------------

    def write(self, kind: Literal["user", "group"], chat: Principal, *, replies_to: int | None = None) -> None:
        self._written += 1
        message_id = (int.from_bytes(self.principal[:4], "big") << 32) + self._written
        padding = "x" * self._chance.choice((0, 0, 50, 700))
        draft = Draft(message_id, f"{self.name} {self._written} {padding}", replies_to)
        self.outgoing.setdefault(chat, Outgoing(kind)).drafts.append(draft)
        self.send(chat)

    def send(self, chat: Principal) -> None:
        """Send the oldest draft, unless one is under way."""
        outgoing = self.outgoing[chat]
        draft = outgoing.next()
        if draft is None or outgoing.is_busy:
            return
        outgoing.is_busy = True
        self._trace.note(self.name, f"sends {draft.text[:14]!r} to {chat}")
        self._send(chat, outgoing, draft, lambda result: self._sent(outgoing, draft, result))

    def send_all(self) -> None:
        for chat in list(self.outgoing):
            self.send(chat)

    def has_drafts(self) -> bool:
        return any(outgoing.next() is not None for outgoing in self.outgoing.values())

    def repeat(self, chat: Principal) -> None:
        """Send again what is stored already, as a client does that did not hear the answer."""
        outgoing = self.outgoing[chat]
        if stored := outgoing.acknowledged():
            draft = self._chance.choice(stored)
            self._send(chat, outgoing, draft, lambda result: self._repeated(draft, result))

    def _send(self, chat: Principal, outgoing: Outgoing, draft: Draft, then: Then) -> None:
        args = {
            "message_id": draft.message_id,
            "sender_name": self.name,
            "content": {"Text": {"text": draft.text}},
            "replies_to": None,
            "forwarding": False,
            "correlation_id": 0,
        }
        if outgoing.kind == "group":
            if draft.replies_to is not None:
                args["replies_to"] = {"event_index": draft.replies_to}
            self.call("group", chat, "send_message", {**args, "mentioned": []}, then)
        else:
            if draft.replies_to is not None:
                args["replies_to"] = {"event_index": draft.replies_to, "chat_id_if_other": None}
            self.call_own("send_message", {**args, "recipient": chat}, then)

    def _sent(self, outgoing: Outgoing, draft: Draft, result: Result) -> None:
        outgoing.is_busy = False
        if (success := succeeded(result)) is not None:
            draft.success = success
            outgoing.done += 1
        elif not is_unknown(result) and (isinstance(result, dict) or self._chance.random() < 0.3):
            draft.is_given_up = True
            outgoing.done += 1

    def _repeated(self, draft: Draft, result: Result) -> None:
        """The same answer as the first time, or none."""
        if (success := succeeded(result)) is not None:
            assert success == draft.success, f"I1: {draft.text!r} was stored again when it was sent again"

    # -- Reading and blocking ----------------------------------------------------------------------------------------

    def mark_read(self, chat: Principal, read_up_to: int) -> None:
        self.call_own("mark_read_v2", {"messages_read": [{"chat_id": chat, "read_up_to": read_up_to}]}, _ignore)

    def block(self, other: Principal) -> None:
        self.blocked_ever.add(other)
        self.call_own("block_user", {"user_id": other}, _ignore)

    def unblock(self, other: Principal) -> None:
        self.call_own("unblock_user", {"user_id": other}, _ignore)

    # -- Groups ------------------------------------------------------------------------------------------------------

    def create_group(self, name: str, *, is_public: bool, then: Callable[[Principal], None]) -> None:
        def created(result: Result) -> None:
            if (success := succeeded(result)) is not None:
                group_id = Principal(success["chat_id"])
                self.owned.append(group_id)
                self.groups[group_id] = Membership(is_member=True)
                then(group_id)

        args = {"name": name, "is_public": is_public, "description": "", "history_visible_to_new_joiners": True}
        self.call_own("create_group", args, created)

    def add(self, group: Principal, user_ids: list[Principal]) -> None:
        args = {"user_ids": user_ids, "added_by_name": self.name, "correlation_id": 0}
        self.call("group", group, "add_participants", args, _ignore)

    def join(self, group: Principal) -> None:
        self._wish(group, "join")

    def leave(self, group: Principal) -> None:
        self._wish(group, "leave")

    def pursue_wishes(self) -> None:
        for group in list(self.groups):
            self._pursue(group)

    def has_wishes(self) -> bool:
        return any(membership.wish is not None for membership in self.groups.values())

    def _wish(self, group: Principal, wish: Literal["join", "leave"]) -> None:
        membership = self.groups.setdefault(group, Membership())
        if membership.wish is None and membership.is_member == (wish == "leave"):
            membership.wish = wish
            self._pursue(group)

    def _pursue(self, group: Principal) -> None:
        membership = self.groups[group]
        if membership.wish is not None and not membership.is_busy:
            membership.is_busy = True
            method = "join_group_v2" if membership.wish == "join" else "leave_group"
            args = {"chat_id": group, "correlation_id": 0}
            self.call_own(method, args, lambda result: self._moved(membership, result))

    def _moved(self, membership: Membership, result: Result) -> None:
        membership.is_busy = False
        if not isinstance(result, dict) or "InternalError" in result:
            membership.is_doubtful = True
            return
        if membership.wish == "join":
            membership.is_member = bool(result.keys() & {"Success", "AlreadyInGroup"})
        else:
            membership.is_member = "OwnerCannotLeave" in result
        membership.wish = None


def _decoded(kind: str, method: str, answer: bytes) -> Any:
    results = interface(kind).decode_results(method, answer)
    return results[0] if results else None


def _ignore(result: Result) -> None:
    """What came of it shows in the end."""
