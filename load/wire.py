"""Signed requests and certified answers, as ic-py makes and reads them, without its HTTP client.

Locust must do the posting itself to measure it, so this module turns arguments into envelopes and answers into Candid
bytes. The identity signs with libsodium; everything else is ic-py's own code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import cbor2
from ic.agent import sign_request
from ic.candid import decode
from ic.utils import labelHash

from parley.agent import AgentRejected, expiry_ns, read_reply
from parley.identity import FastIdentity
from replica.principal import Principal

HEADERS = {"content-type": "application/cbor"}


def call_envelope(identity: FastIdentity, canister_id: Principal, method: str, arg: bytes) -> tuple[bytes, bytes]:
    """(request id, body) of an update call."""
    content = _content(identity, "call", canister_id, method, arg)
    # Without it, two equal calls in one second would be one.
    content["nonce"] = os.urandom(16)
    request_id, body = sign_request(content, identity)
    return request_id, body


def query_envelope(identity: FastIdentity, canister_id: Principal, method: str, arg: bytes) -> bytes:
    body: bytes = sign_request(_content(identity, "query", canister_id, method, arg), identity)[1]
    return body


def read_state_envelope(identity: FastIdentity, request_id: bytes) -> bytes:
    content = {
        "request_type": "read_state",
        "sender": bytes(identity.principal),
        "paths": [[b"request_status", request_id]],
        "ingress_expiry": expiry_ns(),
    }
    body: bytes = sign_request(content, identity)[1]
    return body


def call_answer(body: bytes, request_id: bytes) -> bytes | None:
    """The reply in the answer to a call or a read_state; None if it is still under way. Raises `AgentRejected`."""
    answer = cbor2.loads(body)
    if answer.get("status") == "non_replicated_rejection":
        raise AgentRejected(answer["reject_code"], answer["reject_message"], answer.get("error_code"))
    return read_reply(answer["certificate"], request_id)


def query_answer(body: bytes) -> bytes:
    answer = cbor2.loads(body)
    if answer["status"] != "replied":
        raise AgentRejected(answer["reject_code"], answer["reject_message"], answer.get("error_code"))
    reply: bytes = answer["reply"]["arg"]
    return reply


class Fields:
    """A record read without knowing its type: fields are found by the hash of their name."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    def __getitem__(self, name: str) -> Any:
        return self._record[_key(name)]


class Result:
    """The one result of a method, a variant."""

    def __init__(self, reply: bytes) -> None:
        ((self._tag, payload),) = decode(reply)[0]["value"].items()
        self.fields = Fields(payload if isinstance(payload, dict) else {})

    def is_one_of(self, tags: tuple[str, ...]) -> bool:
        return self._tag in [_key(tag) for tag in tags]

    def __str__(self) -> str:
        return f"variant {self._tag}"


@cache
def _key(name: str) -> str:
    return f"_{labelHash(name)}"


def _content(
    identity: FastIdentity, request_type: str, canister_id: Principal, method: str, arg: bytes
) -> dict[str, object]:
    return {
        "request_type": request_type,
        "sender": bytes(identity.principal),
        "canister_id": bytes(canister_id),
        "method_name": method,
        "arg": arg,
        "ingress_expiry": expiry_ns(),
    }
