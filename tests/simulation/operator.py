"""Who runs the canisters: stops them, starts them, upgrades them while they are at work, at the worst moments."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Final

from parley.interfaces import interface
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from tests.simulation.machine import Machine
from tests.simulation.trace import Trace, told
from tests.simulation.world import NEXT_VERSION, OPERATOR, World

CHUNK_BYTES: Final = 1_000_000
SINGLE: Final = ("user_index", "group_index", "notifications")


class Operator:
    def __init__(self, world: World, machine: Machine, chance: Random, trace: Trace) -> None:
        self._world = world
        self._machine = machine
        self._chance = chance
        self._trace = trace
        self.stopped: dict[Principal, None] = {}
        """What was asked to stop and not yet to start again, in that order."""
        self.ever_stopped: dict[Principal, None] = {}

    def stop(self, canister_id: Principal) -> None:
        self.stopped[canister_id] = self.ever_stopped[canister_id] = None
        self._manage("stop_canister", {"canister_id": canister_id}, canister_id)

    def start_one(self) -> None:
        if self.stopped:
            self.start(self._chance.choice(list(self.stopped)))

    def start(self, canister_id: Principal) -> None:
        self.stopped.pop(canister_id, None)
        self._manage("start_canister", {"canister_id": canister_id}, canister_id)

    def upgrade_single(self) -> None:
        """One of the canisters that exist once, to the module it has, without stopping it first."""
        name = self._chance.choice(SINGLE)
        self._install(self._world.deployment[name], self._world.deployment[name], _hashes(self._world.modules[name]))

    def upgrade_user(self, user_id: Principal) -> None:
        """One person's canister, to one of the two versions, without stopping it first."""
        modules = (self._world.modules["user"], self._world.next_user_module)
        self._install(user_id, self._world.deployment["user_index"], _hashes(self._chance.choice(modules)))

    def upgrade_everyone(self) -> None:
        """Have the user index bring everybody to the next version, one after the other."""
        args = {
            "version": NEXT_VERSION,
            "module_hash": hashlib.sha256(self._world.next_user_module).digest(),
            "chunk_hashes": list(self._world.next_user_chunks),
        }
        method = "upgrade_user_canister_wasm"
        arg = interface("user_index").encode_args(method, args)
        index = self._world.deployment["user_index"]
        self._machine.submit(OPERATOR, index, method, arg, lambda answer: self._heard(method, index, answer))

    def _install(self, canister_id: Principal, store: Principal, hashes: tuple[bytes, list[dict[str, bytes]]]) -> None:
        module_hash, chunk_hashes = hashes
        args = {
            "mode": {"upgrade": None},
            "target_canister": canister_id,
            "store_canister": store,
            "chunk_hashes_list": chunk_hashes,
            "wasm_module_hash": module_hash,
            "arg": b"DIDL\x00\x00",
        }
        self._manage("install_chunked_code", args, canister_id)

    def _manage(self, method: str, args: dict[str, object], target: Principal) -> None:
        canister = self._machine.core._state.canisters.get(target)
        assert canister is not None, "there is no such canister"
        controller = canister.controllers[0]
        arg = INTERFACE.encode_args(method, args)
        self._trace.note("operator", f"{method} {target}")
        self._machine.submit(
            controller, MANAGEMENT, method, arg, lambda answer: self._heard(method, target, answer), target=target
        )

    def _heard(self, method: str, target: Principal, answer: object) -> None:
        self._trace.note("operator", f"{method} {target} -> {told(answer)}")


def _hashes(module: bytes) -> tuple[bytes, list[dict[str, bytes]]]:
    chunks = [module[start : start + CHUNK_BYTES] for start in range(0, len(module), CHUNK_BYTES)]
    return hashlib.sha256(module).digest(), [{"hash": hashlib.sha256(chunk).digest()} for chunk in chunks]
