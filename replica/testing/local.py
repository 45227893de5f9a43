"""A replica in the test's own process, on the level of the wire: raw bytes in and out, `Reject` for refusals.

Nothing waits: `update` ticks until the call has ended, and fails if only the passing of time could end it. Replies are
taken from certificates, which are verified as a client would. `network` puts Python values on top of this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import HashTree, lookup_value
from replica.clock import VirtualClock
from replica.execution.system_api import Engine
from replica.management.interface import INTERFACE
from replica.principal import ANONYMOUS, MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.rng import Rng
from replica.routing.config import ReplicaConfig, allow_every_module
from replica.routing.replica import Replica
from replica.routing.requests import CallRequest, QueryRejected, QueryRequest, ReadStateRequest

ROUNDS_MAX: Final = 1_000
EXPIRY_NS: Final = 300_000_000_000
CHUNK_BYTES: Final = 1_000_000
NO_VALUES: Final = b"DIDL\x00\x00"


def person(name: str) -> Principal:
    """The principal of somebody called `name`: the same in every test."""
    return Principal.self_authenticating(name.encode())


ALICE: Final = person("alice")


class LocalReplica:
    """A core with a data directory. `core` is replaced by `restart`; everything else stays."""

    def __init__(
        self,
        directory: Path,
        *,
        engine: Engine,
        clock: VirtualClock,
        rng: Rng,
        config: ReplicaConfig | None = None,
    ) -> None:
        self.directory = directory
        self.engine = engine
        self.clock = clock
        self.rng = rng
        self.config = config or ReplicaConfig(is_module_allowed=allow_every_module)
        self._nonce = 0
        self.core = self._open()

    def _open(self) -> Replica:
        return Replica.open(self.directory, engine=self.engine, clock=self.clock, rng=self.rng, config=self.config)

    def close(self) -> None:
        self.core.close()

    def restart(self, **changes: Any) -> None:
        """Stop and open again, optionally with another configuration. What was queued in memory is gone."""
        self.core.close()
        self.config = replace(self.config, **changes)
        self.core = self._open()

    # -- Messages ----------------------------------------------------------------------------------------------------

    def tick(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.core.tick()

    def run_until_idle(self) -> None:
        """Tick while there is work now; timers that are not due stay armed."""
        for _ in range(ROUNDS_MAX):
            if not self.core.has_work():
                return
            self.core.tick()
        raise AssertionError("the replica does not come to rest")

    def submit(
        self,
        canister_id: Principal,
        method: str,
        arg: bytes = b"",
        *,
        sender: Principal = ANONYMOUS,
        effective_canister_id: Principal | None = None,
        request_id: bytes | None = None,
    ) -> bytes:
        """Queue a call and return its request id."""
        if request_id is None:
            self._nonce += 1
            request_id = hashlib.sha256(b"request %d" % self._nonce).digest()
        target = canister_id if effective_canister_id is None else effective_canister_id
        expiry_ns = self.clock.now_ns() + EXPIRY_NS
        self.core.submit(CallRequest(request_id, sender, canister_id, method, arg, expiry_ns, target))
        return request_id

    def update(
        self,
        canister_id: Principal,
        method: str,
        arg: bytes = b"",
        *,
        sender: Principal = ANONYMOUS,
        effective_canister_id: Principal | None = None,
    ) -> bytes:
        """Call and return the reply. Raises `Reject`."""
        request_id = self.submit(canister_id, method, arg, sender=sender, effective_canister_id=effective_canister_id)
        self.finish(request_id)
        return self.reply(request_id)

    def finish(self, request_id: bytes) -> None:
        """Tick until the call has ended."""
        for _ in range(ROUNDS_MAX):
            if self.core.is_finished(request_id):
                return
            if not self.core.has_work():
                break
            self.core.tick()
        raise AssertionError("the call does not end, or only with time: advance the clock and tick")

    def reply(self, request_id: bytes) -> bytes:
        """The certified reply of a finished call. Raises `Reject`."""
        tree = self.verified(self.core.request_certificate(request_id))
        path = (b"request_status", request_id)
        status = lookup_value(tree, (*path, b"status"))
        if status == b"rejected":
            code = RejectCode((lookup_value(tree, (*path, b"reject_code")) or b"\x01")[0])
            error_code = lookup_value(tree, (*path, b"error_code"))
            message = (lookup_value(tree, (*path, b"reject_message")) or b"").decode()
            raise Reject(code, message, error_code.decode() if error_code else None)
        reply = lookup_value(tree, (*path, b"reply"))
        if reply is None:
            raise AssertionError(f"the call has not ended with a reply: {status!r}")
        return reply

    def status(self, request_id: bytes, *, sender: Principal, effective_canister_id: Principal) -> str | None:
        """The certified status of a call, as its sender reads it; None if it is unknown."""
        path = (b"request_status", request_id)
        tree = self.read_state([path], sender=sender, effective_canister_id=effective_canister_id)
        status = lookup_value(tree, (*path, b"status"))
        return None if status is None else status.decode()

    def query(
        self,
        canister_id: Principal,
        method: str,
        arg: bytes = b"",
        *,
        sender: Principal = ANONYMOUS,
        effective_canister_id: Principal | None = None,
    ) -> bytes:
        """Ask and return the reply. Raises `Reject`."""
        target = canister_id if effective_canister_id is None else effective_canister_id
        self._nonce += 1
        request_id = hashlib.sha256(b"query %d" % self._nonce).digest()
        answer = self.core.query(QueryRequest(request_id, sender, canister_id, method, arg, target))
        if isinstance(answer, QueryRejected):
            raise Reject(answer.code, answer.message, answer.error_code)
        return answer.arg

    def read_state(
        self,
        paths: Iterable[tuple[bytes, ...]],
        *,
        sender: Principal = ANONYMOUS,
        effective_canister_id: Principal | None = None,
    ) -> HashTree:
        """The verified tree of a certificate. Raises `ReadStateError`."""
        request = ReadStateRequest(sender, tuple(paths), effective_canister_id)
        return self.verified(self.core.read_state(request))

    def verified(self, certificate: bytes) -> HashTree:
        return verify_certificate(certificate, self.core.root_key_der)

    # -- The management canister -------------------------------------------------------------------------------------

    def manage(
        self, method: str, args: Mapping[str, object], *, sender: Principal, target: Principal = MANAGEMENT
    ) -> Any:
        """Call the management canister with the fields given; absent optional ones are null. Raises `Reject`."""
        arg = INTERFACE.encode_args(method, args)
        reply = self.update(MANAGEMENT, method, arg, sender=sender, effective_canister_id=target)
        results = INTERFACE.decode_results(method, reply)
        return results[0] if results else None

    def create_canister(
        self,
        *,
        controller: Principal = ALICE,
        cycles: int | None = None,
        specified_id: Principal | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> Principal:
        args = {"amount": cycles, "settings": settings, "specified_id": specified_id}
        created = self.manage("provisional_create_canister_with_cycles", args, sender=controller)
        return Principal(created["canister_id"])

    def install(
        self,
        canister_id: Principal,
        module: bytes,
        arg: bytes = NO_VALUES,
        *,
        mode: str = "install",
        controller: Principal = ALICE,
    ) -> None:
        """Install through the chunk store, as the command line does."""
        hashes = []
        for start in range(0, len(module), CHUNK_BYTES):
            chunk = {"canister_id": canister_id, "chunk": module[start : start + CHUNK_BYTES]}
            hashes.append(self.manage("upload_chunk", chunk, sender=controller, target=canister_id))
        args = {
            "mode": {mode: None},
            "target_canister": canister_id,
            "chunk_hashes_list": hashes,
            "wasm_module_hash": hashlib.sha256(module).digest(),
            "arg": arg,
        }
        self.manage("install_chunked_code", args, sender=controller, target=canister_id)

    def canister(
        self,
        module: bytes,
        arg: bytes = NO_VALUES,
        *,
        controller: Principal = ALICE,
        cycles: int | None = None,
    ) -> Principal:
        """A new canister that runs `module`."""
        canister_id = self.create_canister(controller=controller, cycles=cycles)
        self.install(canister_id, module, arg, controller=controller)
        return canister_id

    def canister_status(self, canister_id: Principal, *, sender: Principal = ALICE) -> dict[str, Any]:
        """Asked by a query, which costs the canister nothing."""
        status: dict[str, Any] = self.ask_management("canister_status", canister_id, sender=sender)
        return status

    def ask_management(self, method: str, canister_id: Principal, *, sender: Principal = ALICE) -> Any:
        """Query the management canister about a canister. Raises `Reject`."""
        arg = INTERFACE.encode_args(method, {"canister_id": canister_id})
        reply = self.query(MANAGEMENT, method, arg, sender=sender, effective_canister_id=canister_id)
        (result,) = INTERFACE.decode_results(method, reply)
        return result

    def logs(self, canister_id: Principal, *, sender: Principal = ALICE) -> list[str]:
        """What the canister printed, oldest first."""
        result = self.ask_management("fetch_canister_logs", canister_id, sender=sender)
        return [bytes(record["content"]).decode() for record in result["canister_log_records"]]
