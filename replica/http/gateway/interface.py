"""The Candid of pages: what the gateway sends to `http_request` and what it reads from the answer.

Streaming tokens belong to the canister and mean nothing to the gateway; they travel back in the type in which they
came, which is read from the answer itself. HTTP gateway protocol specification.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from replica.candid.codec import compile_decoder, compile_encoder, decode, encode
from replica.candid.header import read_header
from replica.candid.types import (
    BLOB,
    CandidError,
    Field,
    Func,
    Opt,
    Prim,
    Record,
    Type,
    Variant,
    Vec,
    field_id,
    resolve,
)
from replica.http.messages import Request
from replica.principal import Principal

CERTIFICATE_VERSION: Final = 2


def _record(**fields: Type) -> Record:
    return Record(tuple(Field(field_id(name), name, kind) for name, kind in fields.items()))


_TEXT: Final = Prim("text")
_HEADERS: Final = Vec(Record((Field(0, None, _TEXT), Field(1, None, _TEXT))))
_UPDATE_REQUEST: Final = _record(method=_TEXT, url=_TEXT, headers=_HEADERS, body=BLOB)
_REQUEST: Final = _record(method=_TEXT, url=_TEXT, headers=_HEADERS, body=BLOB, certificate_version=Opt(Prim("nat16")))
_RESPONSE: Final = _record(status_code=Prim("nat16"), headers=_HEADERS, body=BLOB, upgrade=Opt(Prim("bool")))

_encode_request: Final = compile_encoder([_REQUEST])
_encode_update_request: Final = compile_encoder([_UPDATE_REQUEST])
_decode_response: Final = compile_decoder([_RESPONSE])


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the rest of a body comes from."""

    canister_id: Principal
    method_name: str
    token_arg: bytes
    """The argument of the next callback."""


@dataclass(frozen=True, slots=True)
class CanisterResponse:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wants_upgrade: bool
    stream: Stream | None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


def encode_request(request: Request) -> bytes:
    return _encode_request([_request_record(request) | {"certificate_version": CERTIFICATE_VERSION}])


def encode_update_request(request: Request) -> bytes:
    return _encode_update_request([_request_record(request)])


def decode_response(data: bytes) -> CanisterResponse:
    """Raises `CandidError`."""
    (response,) = _decode_response(data)
    return CanisterResponse(
        status=response["status_code"],
        headers=tuple(response["headers"]),
        body=response["body"],
        wants_upgrade=response["upgrade"] is True,
        stream=_decode_stream(data),
    )


def decode_chunk(data: bytes, stream: Stream) -> tuple[bytes, Stream | None]:
    """A callback's answer: more of the body, and where it goes on. Raises `CandidError`.

    The specification's callback returns a record, the asset canister's an optional one.
    """
    (answer,) = _wire_arguments(data, count=1)
    if isinstance(answer, Opt):
        answer = resolve(answer.inner)
        (chunk,) = decode([Opt(_record(body=BLOB))], data)
        (next_token,) = decode([Opt(_record(token=Opt(_token_type(answer))))], data)
    else:
        (chunk,) = decode([_record(body=BLOB)], data)
        (next_token,) = decode([_record(token=Opt(_token_type(answer)))], data)
    if chunk is None:
        return b"", None
    token = None if next_token is None else next_token["token"]
    if token is None:
        return chunk["body"], None
    return chunk["body"], Stream(stream.canister_id, stream.method_name, encode([_token_type(answer)], [token]))


def _request_record(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers],
        "body": request.body,
    }


def _decode_stream(data: bytes) -> Stream | None:
    (response,) = _wire_arguments(data, count=1)
    strategy = _field_type(_field_type(response, "streaming_strategy"), "Callback")
    token_type, callback_type = _field_type(strategy, "token"), _field_type(strategy, "callback")
    if token_type is None or not isinstance(callback_type, Func):
        return None
    callback = Variant((Field(field_id("Callback"), "Callback", _record(callback=callback_type, token=token_type)),))
    (found,) = decode([_record(streaming_strategy=Opt(callback))], data)
    if found["streaming_strategy"] is None:
        return None
    fields = found["streaming_strategy"]["Callback"]
    canister_id, method_name = fields["callback"]
    return Stream(canister_id, method_name, encode([token_type], [fields["token"]]))


def _token_type(chunk: Type) -> Type:
    return _field_type(chunk, "token") or Prim("null")


def _field_type(candid_type: Type | None, name: str) -> Type | None:
    """The type of a field of a record or variant, through `opt` on the outside and inside."""
    if candid_type is None:
        return None
    found = resolve(candid_type)
    if isinstance(found, Opt):
        found = resolve(found.inner)
    if not isinstance(found, (Record, Variant)):
        return None
    wanted = field_id(name)
    kind = next((item.type for item in found.fields if item.id == wanted), None)
    if kind is None:
        return None
    found = resolve(kind)
    return found.inner if isinstance(found, Opt) else kind if not isinstance(found, Func) else found


def _wire_arguments(data: bytes, *, count: int) -> tuple[Type, ...]:
    """The types in which a message was sent."""
    arguments = read_header(data).arguments
    if len(arguments) < count:
        raise CandidError("the canister answered with nothing")
    return tuple(resolve(argument) for argument in arguments[:count])
