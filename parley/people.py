"""People who can do things: the vocabulary that the demo, the benchmarks and the tests share.

A `Person` is an identity with a user canister. Every method is one call, and raises `Refused` with the variant when the
canister says no, so that a story reads as a story.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.agent import Agent
from parley.deployment import Deployment
from parley.interfaces import ask, call
from replica.principal import Principal

EVENTS_PER_PAGE = 50


class Refused(Exception):
    """A canister answered with another variant than Success."""

    def __init__(self, method: str, result: object) -> None:
        super().__init__(f"{method}: {result}")
        self.result = result


@dataclass(slots=True)
class Person:
    agent: Agent
    deployment: Deployment
    username: str
    user_id: Principal
    message_id: Callable[[], int] = lambda: secrets.randbits(63)

    @classmethod
    def registers(cls, agent: Agent, deployment: Deployment, username: str) -> Person:
        """Register `username`, or come back to the canister that this agent's identity has already."""
        current = ask(agent, "user_index", deployment["user_index"], "current_user")
        if "Success" in current:
            return cls(agent, deployment, current["Success"]["username"], Principal(current["Success"]["user_id"]))
        result = call(agent, "user_index", deployment["user_index"], "register_user", {"username": username})
        return cls(agent, deployment, username, Principal(_success("register_user", result)["user_id"]))

    def finds(self, username: str) -> Principal:
        arguments = {"user_id": None, "username": username}
        result = ask(self.agent, "user_index", self.deployment["user_index"], "user", arguments)
        return Principal(_success("user", result)["user_id"])

    # -- Direct chats ----------------------------------------------------------------------------------------------

    def sends(self, recipient: Principal, text: str, *, message_id: int | None = None) -> dict[str, Any]:
        return self._updates("send_message", self.message(recipient, text, message_id=message_id))

    def message(self, recipient: Principal, text: str, *, message_id: int | None = None) -> dict[str, object]:
        """The argument of `send_message`."""
        return {
            "recipient": recipient,
            "message_id": self.message_id() if message_id is None else message_id,
            "sender_name": self.username,
            "content": {"Text": {"text": text}},
            "replies_to": None,
            "forwarding": False,
            "correlation_id": 0,
        }

    def reads_up_to(self, chat_id: Principal, message_index: int) -> None:
        self._updates("mark_read_v2", {"messages_read": [{"chat_id": chat_id, "read_up_to": message_index}]})

    def chats(self) -> dict[str, Any]:
        return _success("initial_state", ask(self.agent, "user", self.user_id, "initial_state"))

    def events(self, them: Principal) -> list[dict[str, Any]]:
        """Every event of the direct chat with `them`, oldest first."""
        return _all_events(lambda page: ask(self.agent, "user", self.user_id, "events", {"user_id": them, **page}))

    def latest_event_index(self, them: Principal) -> int:
        """Of the direct chat with `them`; -1 if there is none."""
        found = [chat["latest_event_index"] for chat in self.chats()["direct_chats"] if chat["them"] == them]
        return found[0] if found else -1

    def messages(self, them: Principal) -> list[dict[str, Any]]:
        return [event["event"]["Message"] for event in self.events(them) if "Message" in event["event"]]

    # -- Groups ----------------------------------------------------------------------------------------------------

    def creates_group(self, name: str, *, description: str = "", is_public: bool = True) -> Principal:
        arguments = {
            "is_public": is_public,
            "name": name,
            "description": description,
            "history_visible_to_new_joiners": True,
        }
        return Principal(self._updates("create_group", arguments)["chat_id"])

    def joins(self, group_id: Principal) -> None:
        self._updates("join_group_v2", {"chat_id": group_id, "correlation_id": 0})

    def leaves(self, group_id: Principal) -> None:
        self._updates("leave_group", {"chat_id": group_id, "correlation_id": 0})

    def adds(self, group_id: Principal, people: list[Principal]) -> None:
        arguments = {"user_ids": people, "added_by_name": self.username, "correlation_id": 0}
        _success("add_participants", call(self.agent, "group", group_id, "add_participants", arguments))

    def says(self, group_id: Principal, text: str) -> dict[str, Any]:
        """Send `text` to a group."""
        arguments = {
            "message_id": self.message_id(),
            "sender_name": self.username,
            "content": {"Text": {"text": text}},
            "replies_to": None,
            "mentioned": [],
            "forwarding": False,
            "correlation_id": 0,
        }
        return _success("send_message", call(self.agent, "group", group_id, "send_message", arguments))

    def group_events(self, group_id: Principal) -> list[dict[str, Any]]:
        return _all_events(lambda page: ask(self.agent, "group", group_id, "events", page))

    def _updates(self, method: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        return _success(method, call(self.agent, "user", self.user_id, method, arguments))


def _all_events(fetch: Callable[[Mapping[str, object]], Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    start_index = 0
    while True:
        page = {
            "start_index": start_index,
            "ascending": True,
            "max_events": EVENTS_PER_PAGE,
            "latest_client_event_index": None,
        }
        result = _success("events", fetch(page))
        events += result["events"]
        if not result["events"] or result["events"][-1]["index"] >= result["latest_event_index"]:
            return events
        start_index = result["events"][-1]["index"] + 1


def _success(method: str, result: Any) -> dict[str, Any]:
    if "Success" not in result:
        raise Refused(method, result)
    return result["Success"] or {}
