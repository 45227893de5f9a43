"""What became of each ingress message, for as long as its sender may ask.

    ingress        time to forget, running number -> the record of a finished message
    ingress_open   request id -> the record of a message that a committed round left unfinished

Finished records are written in the order of their end, next to each other, because a round writes many of them; the
request ids are indexed in memory. Interface spec, "Ingress history".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgpack

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.state.store import Store

IngressStatus = Literal["received", "processing", "replied", "rejected", "done"]


@dataclass(frozen=True, slots=True)
class IngressRecord:
    request_id: bytes
    sender: Principal
    effective_canister_id: Principal
    expiry_ns: int
    status: IngressStatus
    response: bytes | Reject | None = None
    """The reply, or why there is none; None while unfinished, and when done."""
    is_for_management: bool = False
    """The call was to the management canister, about the canister in the URL."""


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """An unfinished message with what it takes to begin it again."""

    request_id: bytes
    sender: Principal
    effective_canister_id: Principal
    expiry_ns: int
    status: IngressStatus
    canister_id: Principal
    method_name: str
    arg: bytes


class IngressTable:
    def __init__(self, store: Store) -> None:
        self._finished = store.tables["ingress"]
        self._open = store.tables["ingress_open"]
        self._keys: dict[bytes, bytes] = {}

    def __contains__(self, request_id: bytes) -> bool:
        return request_id in self._keys

    def get(self, request_id: bytes) -> IngressRecord | None:
        """The record of a finished message."""
        key = self._keys.get(request_id)
        data = None if key is None else self._finished.get(key)
        return None if data is None else _decode(data)

    def load(self) -> Iterator[IngressRecord]:
        """Index what is stored, once at the start, and hand it on."""
        for key, data in self._finished.items():
            record = _decode(data)
            self._keys[record.request_id] = key
            yield record

    def put(self, record: IngressRecord, *, forget_at_ns: int, number: int) -> None:
        """Keep a finished record; `number` rises with every call, for ever."""
        key = forget_at_ns.to_bytes(8, "big") + number.to_bytes(8, "big")
        self._finished.put(key, _encode(record))
        self._keys[record.request_id] = key

    def take_forgettable(self, now_ns: int, count_max: int) -> list[IngressRecord]:
        """Remove and return records whose time to be forgotten has come."""
        taken: list[IngressRecord] = []
        for key, data in self._finished.items():
            if int.from_bytes(key[:8], "big") > now_ns or len(taken) == count_max:
                break
            taken.append(_decode(data))
        for record in taken:
            self._finished.delete(self._keys.pop(record.request_id))
        return taken

    # -- Unfinished messages -----------------------------------------------------------------------------------------

    def put_open(self, record: OpenRecord) -> None:
        fields = [
            record.request_id,
            record.sender,
            record.effective_canister_id,
            record.expiry_ns,
            record.status,
            record.canister_id,
            record.method_name,
            record.arg,
        ]
        self._open.put(record.request_id, msgpack.packb(fields))

    def delete_open(self, request_id: bytes) -> None:
        self._open.delete(request_id)

    def open_records(self) -> list[OpenRecord]:
        return [_decode_open(data) for _, data in self._open.items()]


def _encode(record: IngressRecord) -> bytes:
    response: object = record.response
    if isinstance(response, Reject):
        response = (int(response.code), response.message, response.error_code)
    fields = (
        record.request_id,
        record.sender,
        record.effective_canister_id,
        record.expiry_ns,
        record.status,
        response,
        record.is_for_management,
    )
    encoded: bytes = msgpack.packb(fields)
    return encoded


def _decode(data: bytes) -> IngressRecord:
    request_id, sender, effective_canister_id, expiry_ns, status, response, *more = msgpack.unpackb(data)
    if isinstance(response, list):
        code, message, error_code = response
        response = Reject(RejectCode(code), message, error_code)
    ids = request_id, Principal(sender), Principal(effective_canister_id)
    return IngressRecord(*ids, expiry_ns, status, response, *more)


def _decode_open(data: bytes) -> OpenRecord:
    request_id, sender, effective_canister_id, expiry_ns, status, canister_id, method_name, arg = msgpack.unpackb(data)
    ids = Principal(sender), Principal(effective_canister_id)
    return OpenRecord(request_id, *ids, expiry_ns, status, Principal(canister_id), method_name, arg)
