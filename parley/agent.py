"""How the command line, the relay and the tests talk to canisters: two methods, Candid bytes in and out.

`HttpAgent` is ic-py's signing over one kept-alive connection, with the synchronous call endpoint, because ic-py itself
waits a second before it first asks how a call went. Tests have an agent that drives a replica in the same process.

Requests expire by the network's clock. If that differs from ours, as on a replica whose time was moved, the first
request is refused; the agent then asks what time it is there, and goes on by that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Protocol, Self
from urllib.parse import urlparse

import cbor2
import httpx
from ic.agent import sign_request
from ic.certificate import lookup
from ic.identity import Identity

from replica.candid.leb128 import read_unsigned
from replica.principal import Principal

EXPIRY_SECONDS = 240
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_SIGNS_OF_EXPIRY = ("ingress_expiry", "Invalid request expiry")


class AgentError(Exception):
    """The request did not end in a reply."""


class AgentRejected(AgentError):
    """The system or the canister refused; the text is theirs."""

    def __init__(self, code: int, message: str, error_code: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.error_code = error_code


class AgentUnreachable(AgentError):
    """Nobody answered, so whether an update happened is unknown."""


class Agent(Protocol):
    @property
    def principal(self) -> Principal:
        """Who the calls are signed by."""
        ...

    def update(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes: ...

    def query(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes: ...


class HttpAgent:
    """An `Agent` for a replica or a boundary node at `url`. Safe to use from several threads."""

    def __init__(self, url: str, identity: Identity, *, timeout_seconds: float = 30.0) -> None:
        self.identity = identity
        # A proxy from the environment must not sit between us and our own machine.
        trust_env = urlparse(url).hostname not in _LOOPBACK_HOSTS
        self._client = httpx.Client(base_url=url, timeout=timeout_seconds, trust_env=trust_env)
        self._timeout_seconds = timeout_seconds
        self._ahead_ns = 0  # how much later it is there than here

    @property
    def principal(self) -> Principal:
        return Principal(self.identity.sender().bytes)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes:
        content = self._content("call", canister_id, method, arg)
        # Two equal calls in one second would otherwise be one request, since the id is the hash of the content.
        content["nonce"] = os.urandom(16)
        target = canister_id if effective_canister_id is None else effective_canister_id
        request_id, response = self._send(target, "v3", "call", content)
        if response.status_code == httpx.codes.ACCEPTED:
            return self._poll(target, request_id)
        answer = cbor2.loads(response.content)
        if answer.get("status") == "non_replicated_rejection":
            raise AgentRejected(answer["reject_code"], answer["reject_message"], answer.get("error_code"))
        reply = read_reply(answer["certificate"], request_id)
        return self._poll(target, request_id) if reply is None else reply

    def query(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes:
        target = canister_id if effective_canister_id is None else effective_canister_id
        _, response = self._send(target, "v2", "query", self._content("query", canister_id, method, arg))
        answer = cbor2.loads(response.content)
        if answer["status"] != "replied":
            raise AgentRejected(answer["reject_code"], answer["reject_message"], answer.get("error_code"))
        reply: bytes = answer["reply"]["arg"]
        return reply

    def metadata(self, canister_id: Principal, name: str) -> bytes | None:
        """What a canister publishes under `name`, such as its interface under `candid:service`; None if nothing."""
        path = [b"canister", bytes(canister_id), b"metadata", name.encode()]
        _, response = self._send(canister_id, "v2", "read_state", self._read_state(path))
        content: bytes | None = lookup(path, cbor2.loads(cbor2.loads(response.content)["certificate"]))
        return content

    def status(self) -> dict[str, object]:
        """What `/api/v2/status` says: `root_key`, `replica_health_status` and more."""
        try:
            response = self._client.get("/api/v2/status")
        except httpx.HTTPError as error:
            raise AgentUnreachable(f"{self._client.base_url}: {error}") from error
        answer: dict[str, object] = cbor2.loads(response.raise_for_status().content)
        return answer

    def _content(self, kind: str, canister_id: Principal, method: str, arg: bytes) -> dict[str, object]:
        return {
            "request_type": kind,
            "sender": bytes(self.principal),
            "canister_id": bytes(canister_id),
            "method_name": method,
            "arg": arg,
            "ingress_expiry": expiry_ns() + self._ahead_ns,
        }

    def _read_state(self, path: list[bytes]) -> dict[str, object]:
        return {
            "request_type": "read_state",
            "sender": bytes(self.principal),
            "paths": [path],
            "ingress_expiry": expiry_ns() + self._ahead_ns,
        }

    def _poll(self, target: Principal, request_id: bytes) -> bytes:
        for _ in _attempts(self._timeout_seconds):
            content = self._read_state([b"request_status", request_id])
            _, response = self._send(target, "v2", "read_state", content)
            reply = read_reply(cbor2.loads(response.content)["certificate"], request_id)
            if reply is not None:
                return reply
        raise AgentUnreachable(f"no answer within {self._timeout_seconds:.0f} s; the call may still happen")

    def _send(
        self, target: Principal, version: str, endpoint: str, content: dict[str, object]
    ) -> tuple[bytes, httpx.Response]:
        """Sign and send; once more if the network's clock is not where we thought. The request id, and the answer."""
        path = f"/api/{version}/canister/{target.text}/{endpoint}"
        request_id, envelope = sign_request(content, self.identity)
        try:
            return request_id, self._post(path, envelope)
        except AgentError as error:
            if not any(sign in str(error) for sign in _SIGNS_OF_EXPIRY):
                raise
        # The request was not accepted, so that it may be sent again under another id.
        self._learn_time(target)
        content["ingress_expiry"] = expiry_ns() + self._ahead_ns
        request_id, envelope = sign_request(content, self.identity)
        return request_id, self._post(path, envelope)

    def _learn_time(self, target: Principal) -> None:
        """Whoever signs nothing may ask for the time with any expiry. Interface spec, "Request: Read state"."""
        content = {"request_type": "read_state", "sender": b"\x04", "paths": [[b"time"]], "ingress_expiry": expiry_ns()}
        response = self._post(f"/api/v2/canister/{target.text}/read_state", cbor2.dumps({"content": content}))
        time_there = lookup([b"time"], cbor2.loads(cbor2.loads(response.content)["certificate"]))
        self._ahead_ns = read_unsigned(time_there, 0)[0] - time.time_ns()

    def _post(self, path: str, body: bytes) -> httpx.Response:
        try:
            response = self._client.post(path, content=body, headers={"content-type": "application/cbor"})
        except httpx.HTTPError as error:
            raise AgentUnreachable(f"{self._client.base_url}: {error}") from error
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise AgentError(f"HTTP {response.status_code}: {response.text.strip()}")
        return response


def expiry_ns() -> int:
    return (int(time.time()) + EXPIRY_SECONDS) * 1_000_000_000


def read_reply(certificate: bytes, request_id: bytes) -> bytes | None:
    """The reply that a certificate holds, or None while the call is under way. Raises `AgentRejected`."""
    tree = cbor2.loads(certificate)
    path = [b"request_status", request_id]
    status = lookup([*path, b"status"], tree)
    if status == b"replied":
        reply: bytes = lookup([*path, b"reply"], tree)
        return reply
    if status == b"rejected":
        code = int.from_bytes(lookup([*path, b"reject_code"], tree), "big")
        error_code = lookup([*path, b"error_code"], tree)
        message = lookup([*path, b"reject_message"], tree).decode()
        raise AgentRejected(code, message, error_code.decode() if error_code else None)
    if status == b"done":
        raise AgentError("the call ended, and its reply is no longer kept")
    return None


def _attempts(timeout_seconds: float) -> Iterator[int]:
    deadline = time.monotonic() + timeout_seconds
    delay_seconds, attempt = 0.1, 0
    while time.monotonic() < deadline:
        yield attempt
        time.sleep(delay_seconds)
        delay_seconds, attempt = min(delay_seconds * 1.5, 2.0), attempt + 1
