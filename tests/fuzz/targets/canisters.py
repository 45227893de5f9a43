"""Bundles, and the MessagePack that canisters send each other."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Final

import msgpack

from canisters.lib import c2c, fields
from canisters.user.model import sending
from parley.places import ROOT
from replica.execution.bundle_reader import read_bundle
from replica.execution.packages import kybra_version
from replica.execution.system_api import InvalidModule
from tests.fuzz.target import Target

_SOURCE: Final = (ROOT / "canisters" / "user" / "guards.py").read_bytes()
_EVENTS_MAX: Final = 50


def _manifest(**changes: object) -> bytes:
    import json

    return json.dumps({"name": "user", "kybra": kybra_version(), **changes}).encode()


def _tar(files: dict[str, bytes], **attributes: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for attribute, value in attributes.items():
                setattr(member, attribute, value)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _bundle(files: dict[str, bytes] | None = None, **attributes: object) -> bytes:
    whole = {"manifest.json": _manifest(), "canisters/user/main.py": _SOURCE, **(files or {})}
    return gzip.compress(_tar(whole, **attributes), mtime=0)


def _bundle_from_tar(data: bytes) -> object:
    """The tar is what is changed, or almost every change would end at gzip's checksum."""
    return read_bundle(gzip.compress(data, compresslevel=0, mtime=0))


_MANY: Final = {f"canisters/user/m{number}.py": b"" for number in range(5_000)}
_TARS: Final = (_tar({"manifest.json": _manifest(), "canisters/user/main.py": _SOURCE, "user.did": b"service : {}"}),)

_ITEM: Final = sending.message_item(
    message_id=1,
    sender_name="alice",
    message_index=0,
    body={"Text": {"text": "hello"}},
    replies_to={"message_id": 7},
    forwarded=True,
    correlation_id=3,
    read_up_to=None,
    timestamp_ms=1_750_000_000_000,
)
_PUSH: Final = c2c.encode(
    c2c.request(base=1, events=[{**_ITEM, "seq": 1}, {"seq": 2, "kind": "mark_read", "read_up_to": 4}])
)


def _push(data: bytes) -> object:
    """As `c2c_push_events` reads it."""
    request = c2c.decode(data)
    pushed = fields.items(request, "events")[:_EVENTS_MAX]
    return [
        (fields.nat64(item, "seq"), sending.is_message(item), sending.read_message(item))
        for item in pushed
        if isinstance(item, dict)
    ]


_MESSAGEPACK_BOMBS: Final = (
    b"\x91" * 100_000,
    b"\x81\xa1a" * 100_000,
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    b"\xdd\x00\x07\xa1\x20" + b"\xc0" * 500_000,
    b"\x81\xa6events\xdd\x00\x03\x0d\x40" + b"\x80" * 200_000,
    b"\xc7\x08\xff" + b"\xff" * 8,
    msgpack.packb({"events": [{"content": {"Text": {"text": "x" * 1_000_000}}, "kind": "message", "seq": 0}]}),
    msgpack.packb({"events": [{"seq": 0}] * 100_000}),
)

CANISTERS: Final = (
    Target(
        "bundle",
        read_bundle,
        (InvalidModule,),
        (_bundle(), _bundle({"user.did": b"service : {}"})),
        (
            gzip.compress(bytes(40 * 2**20)),
            gzip.compress(bytes(23 * 2**20)),
            gzip.compress(gzip.compress(bytes(2**20))),
            _bundle({"../escape.py": b""}),
            _bundle({"/etc/escape.py": b""}),
            _bundle({"canisters/user/big.py": bytes(23 * 2**20)}),
            _bundle(_MANY),
            _bundle({"canisters/link.py": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd"),
            _bundle({"canisters/link.py": b""}, type=tarfile.LNKTYPE, linkname="canisters/user/main.py"),
            _bundle({"canisters/device.py": b""}, type=tarfile.CHRTYPE),
            _bundle({"manifest.json": b"[" * 100_000}),
            _bundle({"manifest.json": _manifest(own=["a"] * 100_000)}),
            _bundle({"manifest.json": b'{"name": ' + b"9" * 100_000 + b"}"}),
        ),
    ),
    Target(
        "bundle, from its tar",
        _bundle_from_tar,
        (InvalidModule,),
        _TARS,
        (_TARS[0].replace(b"0000644", b"-000001"), _TARS[0] * 400, bytes(8 * 2**20), _TARS[0][:512] * 4_000),
    ),
    Target("message of another canister", _push, (c2c.C2cError, fields.FieldError), (_PUSH,), _MESSAGEPACK_BOMBS),
    Target(
        "answer of another canister",
        lambda data: c2c.case(c2c.decode(c2c.from_candid(data))),
        (c2c.C2cError,),
        (c2c.to_candid(c2c.encode({"Success": {"next": 3}})),),
        tuple(map(c2c.to_candid, _MESSAGEPACK_BOMBS)),
    ),
)
