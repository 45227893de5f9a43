"""The least a replica could do, and no more: `python -m bench.ceiling PORT DIRECTORY`.

For each request: HTTP, CBOR, request id, one Ed25519 signature checked, one row stored. For each batch, which is
whatever arrived while the last one was being written: one durable commit, one BLS signature over a root hash, and the
answers. No canister runs and no state tree is kept, so no replica of this design can be faster; how near Parley comes
is what the design costs.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Final, cast

import cbor2
import lmdb
import uvloop
from nacl.bindings import crypto_sign_open

from replica.certification.certificate import make_certificate
from replica.certification.hash_tree import Labeled, Leaf
from replica.certification.keys import RootKey
from replica.rng import SystemRng

_DOMAIN: Final = b"\x0aic-request"
_DER_PREFIX_BYTES: Final = 12
_HEAD_END: Final = b"\r\n\r\n"
_MAP_BYTES: Final = 8 * 2**30


class Bare:
    """Collects what arrives in one turn of the event loop, and answers it together."""

    def __init__(self, directory: Path) -> None:
        self._store = lmdb.open(str(directory), map_size=_MAP_BYTES)
        self._key = RootKey.generate(SystemRng())
        self._batch: list[tuple[asyncio.Transport, bytes, bytes]] = []

    def take(self, transport: asyncio.Transport, body: bytes) -> None:
        envelope = cbor2.loads(body)
        content = envelope["content"]
        request_id = _request_id(content)
        public_key = envelope["sender_pubkey"][_DER_PREFIX_BYTES:]
        crypto_sign_open(envelope["sender_sig"] + _DOMAIN + request_id, public_key)
        if not self._batch:
            asyncio.get_running_loop().call_soon(self._finish)
        self._batch.append((transport, request_id, content["arg"]))

    def _finish(self) -> None:
        batch, self._batch = self._batch, []
        with self._store.begin(write=True) as transaction:
            for _, request_id, arg in batch:
                transaction.put(request_id, arg)
        root = hashlib.sha256(b"".join(request_id for _, request_id, _ in batch)).digest()
        certificate = make_certificate(Labeled(b"time", Leaf(root)), self._key)
        for transport, _, _ in batch:
            body = cbor2.dumps({"status": "replied", "certificate": certificate})
            transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


class Connection(asyncio.Protocol):
    def __init__(self, bare: Bare) -> None:
        self._bare = bare
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0:
            return
        _, _, rest = self._buffer[:head_end].lower().partition(b"content-length:")
        body_at = head_end + len(_HEAD_END)
        end = body_at + int(rest.split(b"\r\n", 1)[0])
        if len(self._buffer) >= end:
            body, self._buffer = self._buffer[body_at:end], self._buffer[end:]
            self._bare.take(self._transport, body)


def _request_id(content: dict[str, object]) -> bytes:
    sha256 = hashlib.sha256
    pairs = [sha256(key.encode()).digest() + sha256(_plain(value)).digest() for key, value in content.items()]
    return sha256(b"".join(sorted(pairs))).digest()


def _plain(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else _leb128(value)  # type: ignore[arg-type]


def _leb128(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


async def serve(port: int, directory: Path) -> None:
    bare = Bare(directory)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(bare), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
