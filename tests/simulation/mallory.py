"""She is registered, signs her own messages, and runs code of her own in her canister. Everything else she may not.

Each attempt is answered with a refusal, or succeeds only in what any stranger may do; whatever her canister says to
others changes her own chats with them and nothing else, which the checks at the end find out (I4, I5, I12).
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

import msgpack

from canisters.lib import c2c
from parley.interfaces import interface
from replica.management.interface import INTERFACE as MANAGEMENT_INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.replica import MALLORY
from tests.fixtures.strangers import INTERFACE as STRANGER
from tests.simulation.machine import Answer, Lost, Machine
from tests.simulation.trace import Trace, told
from tests.simulation.world import World

# What is no refusal, by its first word.
_SUCCESSES: Final = ("Success", "PartialSuccess", "Ok")
_NEXT_MAX: Final = 2**60


class Mallory:
    def __init__(self, world: World, machine: Machine, chance: Random, trace: Trace) -> None:
        self._world = world
        self._machine = machine
        self._chance = chance
        self._trace = trace

    def attack(self, user: Principal, group: Principal | None) -> None:
        """Try something on this person's canister, on this group or on what exists once."""
        attempts: list[Any] = [
            self._act_as_owner,
            self._read,
            self._manage,
            self._garble,
            self._push,
            self._use_indexes,
        ]
        if group is not None:
            attempts += [self._intrude]
        attempt = self._chance.choice(attempts)
        attempt(group if attempt == self._intrude else user)

    def _act_as_owner(self, user: Principal) -> None:
        method, value = self._chance.choice(
            [
                ("send_message", _message(recipient=self._world.stranger, replies_to=None)),
                ("mark_read_v2", {"messages_read": [{"chat_id": user, "read_up_to": 5}]}),
                ("block_user", {"user_id": self._world.stranger}),
                ("leave_group", {"chat_id": user, "correlation_id": 0}),
            ]
        )
        self._call("user", user, method, value)

    def _read(self, user: Principal) -> None:
        method, values = self._chance.choice(
            [
                ("initial_state", ()),
                ("updates", ({"updates_since": 0},)),
                ("events", (_page(user_id=self._world.stranger),)),
            ]
        )
        self._ask("user", user, method, *values)

    def _intrude(self, group: Principal) -> None:
        if self._chance.random() < 0.5:
            self._call("group", group, "send_message", {**_message(replies_to=None), "mentioned": []})
        else:
            self._ask("group", group, "events", _page())
            self._ask("group", group, "selected_initial")

    def _use_indexes(self, user: Principal) -> None:
        upgrade = {"version": "9.9.9", "module_hash": bytes(32), "chunk_hashes": [bytes(32)]}
        self._call("user_index", self._world.deployment["user_index"], "upgrade_user_canister_wasm", upgrade)

    def _manage(self, user: Principal) -> None:
        method, args = self._chance.choice(
            [
                ("stop_canister", {"canister_id": user}),
                ("delete_canister", {"canister_id": user}),
                ("uninstall_code", {"canister_id": user}),
                ("update_settings", {"canister_id": user, "settings": {"controllers": [MALLORY]}}),
            ]
        )
        arg = MANAGEMENT_INTERFACE.encode_args(method, args)
        self._machine.submit(MALLORY, MANAGEMENT, method, arg, self._must_be_refused(method), target=user)

    def _garble(self, user: Principal) -> None:
        """Bytes that are no Candid, or that belong to another method; also as canister to canister messages."""
        method = self._chance.choice(["send_message", "c2c_push_events", "c2c_try_add_to_group", "create_group"])
        self._machine.submit(MALLORY, user, method, self._chance.randbytes(40), self._must_be_refused(method))

    def _push(self, user: Principal) -> None:
        """From her own canister: gaps, repeats, numbers out of nowhere. She is somebody, so this may be answered."""
        number = self._chance.choice((0, 1, 2, 3, self._chance.randrange(_NEXT_MAX)))
        event = {"seq": number, "kind": self._chance.choice(("message", "mark_read", "nonsense")), "read_up_to": 3}
        event |= {"message_id": number, "sender_name": "m", "sender_message_index": 0, "text": "hi", "timestamp": 0}
        payload = c2c.to_candid(msgpack.packb({"v": 1, "base": number, "events": [event] * self._chance.randint(1, 3)}))
        arg = STRANGER.encode_args("forward", user, "c2c_push_events", payload)
        self._machine.submit(
            MALLORY, self._world.stranger, "forward", arg, lambda answer: self._heard("forward", answer)
        )

    # -- Answers -----------------------------------------------------------------------------------------------------

    def _call(self, kind: str, canister_id: Principal, method: str, value: object) -> None:
        arg = interface(kind).encode_args(method, value)
        self._machine.submit(MALLORY, canister_id, method, arg, self._must_be_refused(method, kind))

    def _ask(self, kind: str, canister_id: Principal, method: str, *values: object) -> None:
        arg = interface(kind).encode_args(method, *values)
        self._must_be_refused(method, kind)(self._machine.query(MALLORY, canister_id, method, arg))

    def _must_be_refused(self, method: str, kind: str | None = None) -> Any:
        def check(answer: Answer) -> None:
            self._heard(method, answer)
            if isinstance(answer, (Reject, Lost)):
                return
            assert kind is not None, f"I5: {method} of somebody else's canister answered mallory"
            (result,) = interface(kind).decode_results(method, answer)
            assert next(iter(result)) not in _SUCCESSES, f"I4: {method} did what mallory asked: {result}"

        return check

    def _heard(self, method: str, answer: object) -> None:
        self._trace.note("mallory", f"{method} -> {told(answer)}")


def _message(**fields: object) -> dict[str, object]:
    return {
        "message_id": 666,
        "sender_name": "mallory",
        "content": {"Text": {"text": "boo"}},
        "forwarding": False,
        "correlation_id": 0,
        **fields,
    }


def _page(**fields: object) -> dict[str, object]:
    return {
        "start_index": 0,
        "ascending": True,
        "max_events": 100,
        "latest_client_event_index": None,
        **fields,
    }
