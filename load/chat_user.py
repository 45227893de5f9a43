"""A person as locust plays them: registers, opens chats, writes, reads, polls, talks in a group."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from itertools import count
from typing import Any, ClassVar, Final

from locust import FastHttpUser, task
from locust.exception import StopUser

from load import arguments
from load.arguments import MessageTemplate
from load.session import Session
from load.settings import Settings
from load.wire import Fields
from parley.identity import FastIdentity
from replica.principal import Principal

CHATS_PER_PERSON: Final = 5
PEOPLE_PER_GROUP: Final = 20
EVENTS_PER_PAGE: Final = 30
_WORDS: Final = ("lake", "bread", "bridge", "morning", "boat", "walk", "tea", "map", "path", "mill", "wind", "photo")


class ChatUser(FastHttpUser):
    """Weights imitate a client with one chat open: it polls most, reads what is new, and writes now and then."""

    settings: ClassVar[Settings] = Settings.from_environment()
    host = settings.url
    network_timeout = 30.0
    connection_timeout = 10.0
    # What everybody in this process knows: who there is to talk to, and in which groups.
    people: ClassVar[list[Principal]] = []
    groups: ClassVar[list[Principal]] = []
    numbers: ClassVar[Any] = count(1)

    def wait_time(self) -> float:
        return self.random.uniform(0.5, 1.5) * self.settings.think_seconds

    def on_start(self) -> None:
        number = next(self.numbers)
        # The seed fixes who does what; keys and canister ids differ between runs, as the system's state does.
        self.random = random.Random(f"{self.settings.seed}/{number}")
        self.session = Session(self.client, FastIdentity(os.urandom(32)))
        self.username = f"load_{self.settings.run}_{number}"
        self.latest_ms = 0
        self.chats: dict[Principal, MessageTemplate] = {}
        self.newest_index: dict[Principal, int] = {}
        self.group_id: Principal | None = None
        self.group_template = MessageTemplate.group(self.username)
        self._register()
        self._find_group(number)

    @task(4)
    def send_message(self) -> None:
        chat_id = self._some_chat()
        if chat_id is None:
            return
        arg = self.chats[chat_id].fill(self.random.getrandbits(63), self._sentence())
        result = self.session.update("user", self.user_id, "send_message", arg)
        if result is not None:
            self.newest_index[chat_id] = result.fields["event_index"]

    @task(10)
    def poll(self) -> None:
        expect = ("Success", "SuccessNoUpdates")
        arg = arguments.updates_since(self.latest_ms)
        result = self.session.query("user", self.user_id, "updates", arg, expect=expect)
        if result is not None and result.is_one_of(("Success",)):
            self.latest_ms = result.fields["timestamp"]
            for chat in result.fields["direct_chats_changed"]:
                self._learn_of_chat(chat)

    @task(3)
    def read_chat(self) -> None:
        if not self.newest_index:
            return
        chat_id, newest = self.random.choice(list(self.newest_index.items()))
        arg = arguments.direct_events(chat_id, newest, EVENTS_PER_PAGE)
        if self.session.query("user", self.user_id, "events", arg) is not None:
            # Event 0 says that the chat was created, so message indexes are one behind.
            self.session.update("user", self.user_id, "mark_read_v2", arguments.mark_read(chat_id, max(0, newest - 1)))

    @task(2)
    def talk_in_group(self) -> None:
        if self.group_id is not None:
            arg = self.group_template.fill(self.random.getrandbits(63), self._sentence())
            self.session.update("group", self.group_id, "send_message", arg)

    @task(2)
    def read_group(self) -> None:
        if self.group_id is None:
            return
        result = self.session.query("group", self.group_id, "summary", arguments.EMPTY)
        if result is not None:
            arg = arguments.group_events(result.fields["latest_event_index"], EVENTS_PER_PAGE)
            self.session.query("group", self.group_id, "events", arg)

    @task(1)
    def search_people(self) -> None:
        term = f"load_{self.settings.run}_{self.random.randint(1, 9)}"
        self.session.query("user_index", self.settings.user_index, "search", arguments.search(term))

    def _register(self) -> None:
        arg = arguments.username(self.username)
        result = self.session.update("user_index", self.settings.user_index, "register_user", arg)
        if result is None:
            raise StopUser
        self.user_id = Principal(result.fields["user_id"].bytes)
        self.people.append(self.user_id)
        result = self.session.query("user", self.user_id, "initial_state", arguments.EMPTY)
        if result is not None:
            self.latest_ms = result.fields["timestamp"]

    def _find_group(self, number: int) -> None:
        """Every twentieth person opens a group; the others join the newest one."""
        if number % PEOPLE_PER_GROUP == 1:
            arg = arguments.create_group(f"walk {self.settings.run} {number}")
            result = self.session.update("user", self.user_id, "create_group", arg)
            if result is not None:
                self.group_id = Principal(result.fields["chat_id"].bytes)
                self.groups.append(self.group_id)
        elif self.groups:
            group = self.groups[-1]
            if self.session.update("user", self.user_id, "join_group_v2", arguments.join_group(group)) is not None:
                self.group_id = group

    def _some_chat(self) -> Principal | None:
        """A chat to write to: a new one until there are enough, then one of them."""
        if len(self.chats) < CHATS_PER_PERSON:
            peer = self.random.choice(self.people)
            if peer != self.user_id:
                self._open(peer)
        return self.random.choice(list(self.chats)) if self.chats else None

    def _open(self, peer: Principal) -> None:
        if peer not in self.chats:
            self.chats[peer] = MessageTemplate.direct(peer, self.username)

    def _learn_of_chat(self, chat: Mapping[str, Any]) -> None:
        summary = Fields(chat)
        peer = Principal(summary["them"].bytes)
        self._open(peer)
        self.newest_index[peer] = summary["latest_event_index"]

    def _sentence(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=9))
