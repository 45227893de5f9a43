"""What a client keeps of its owner's canister, brought up to date with `updates` (I6).

Each `sync` is applied whole or not at all, as the web client does it in one transaction of its database. The copy is
stale most of the time; after the last sync it must equal what a client learns that knows nothing yet.
"""

from __future__ import annotations

from typing import Any, Final

from replica.principal import Principal
from replica.reject import Reject
from tests.simulation.person import Person

_PAGE: Final = 150


class Unavailable(Exception):
    """The canister does not answer now."""


class ClientCopy:
    def __init__(self, person: Person) -> None:
        self._person = person
        self.timestamp = 0
        self.chats: dict[Principal, dict[str, Any]] = {}
        self.groups: dict[Principal, dict[str, Any]] = {}
        self.blocked: list[Principal] = []
        self.events: dict[Principal, list[dict[str, Any]]] = {}

    def sync(self) -> None:
        """Raises `Unavailable`; then nothing has changed."""
        if not self.timestamp:
            state = self._asked("initial_state")["Success"]
            changed_chats, changed_groups, removed = state["direct_chats"], state["group_chats"], []
        else:
            state = self._asked("updates", {"updates_since": self.timestamp}).get("Success")
            if state is None:
                return
            changed_chats, changed_groups = state["direct_chats_changed"], state["group_chats_changed"]
            removed = state["chats_removed"]
        events = {Principal(chat["them"]): self._new_events(Principal(chat["them"])) for chat in changed_chats}
        for them, new in events.items():
            self.events.setdefault(them, []).extend(new)
        self.chats.update((Principal(chat["them"]), chat) for chat in changed_chats)
        for chat_id in removed:
            self.groups.pop(Principal(chat_id), None)
        self.groups.update((Principal(group["chat_id"]), group) for group in changed_groups)
        if state["blocked_users"] is not None:
            self.blocked = [Principal(user_id) for user_id in state["blocked_users"]]
        self.timestamp = state["timestamp"]

    def content(self) -> tuple[object, ...]:
        """What two copies of the same canister agree on."""
        return self.chats, self.groups, self.blocked, self.events

    def messages(self, them: Principal) -> list[dict[str, Any]]:
        """The messages of a direct chat, each with its event index under `index`."""
        return [
            {**wrapper["event"]["Message"], "index": wrapper["index"]}
            for wrapper in self.events.get(them, [])
            if "Message" in wrapper["event"]
        ]

    def _new_events(self, them: Principal) -> list[dict[str, Any]]:
        new: list[dict[str, Any]] = []
        start = len(self.events.get(them, []))
        while True:
            args = {
                "user_id": them,
                "start_index": start + len(new),
                "ascending": True,
                "max_events": _PAGE,
                "latest_client_event_index": None,
            }
            page = self._asked("events", args)["Success"]["events"]
            new += page
            if len(page) < _PAGE:
                return new

    def _asked(self, method: str, *values: object) -> Any:
        result = self._person.ask_own(method, *values)
        if isinstance(result, Reject):
            raise Unavailable(result.message)
        return result
