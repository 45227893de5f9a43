"""The core in another process, for the HTTP application of a front: implements `Core`.

What the front can do by itself (`reader.py`) it does; the rest goes to the core as a frame and waits for its answer.
Frames of one turn of the event loop are written together. When the channel ends the core is gone, and the front ends.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from replica.clock import Clock
from replica.http.core import RoundFailed
from replica.principal import Principal
from replica.processes import frames
from replica.processes.frames import Hello, Kind, Outcome
from replica.routing.reader import Reader
from replica.routing.requests import CallRequest, QueryReply, QueryRequest, ReadStateError, ReadStateRequest

_Answer = tuple[Any, ...]
_TIMED_OUT: Final[_Answer] = (-1,)


class CoreMistake(Exception):
    """The core failed to answer; its log says why."""


class RemoteCore(asyncio.Protocol):
    def __init__(
        self,
        channel: socket.socket,
        hello: Hello,
        reader: Reader,
        clock: Clock,
        *,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_lost` is told when the core has gone away."""
        self.root_key_der = hello.root_key_der
        self.subnet_id = Principal(hello.subnet_id)
        self.node_id = Principal(hello.node_id)
        self._channel = channel
        self._reader = reader
        self._clock = clock
        self._on_lost = on_lost
        self._unpacker = frames.unpacker()
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self._number = 0
        self._frames: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._is_lost = False

    # -- Core --------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self._channel.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: self, sock=self._channel)

    async def stop(self) -> None:
        """The core finishes what it accepted by itself."""
        self._on_lost = lambda: None
        if self._transport is not None:
            self._transport.close()
        self._reader.close()

    async def submit(self, request: CallRequest) -> None:
        await self._hand_in(Kind.SUBMIT, request, None)

    async def call(self, request: CallRequest, *, timeout_seconds: float) -> bytes | None:
        answer = await self._hand_in(Kind.CALL, request, timeout_seconds)
        return None if answer is _TIMED_OUT else answer[2]

    async def query(self, request: QueryRequest) -> QueryReply:
        reply = self._reader.query(request)
        if reply is not None:
            return reply
        number = self._next_number()
        answer = await self._ask(number, frames.pack_query(number, request))
        return frames.read_query_reply(answer[1], answer[2:])

    async def read_state(self, request: ReadStateRequest) -> bytes:
        number = self._next_number()
        answer = await self._ask(number, frames.pack_read_state(number, request))
        if answer[1] == Outcome.READ_STATE_REFUSED:
            raise ReadStateError(*answer[2:])
        certificate: bytes = answer[2]
        return certificate

    async def oversee(self, question: str, details: Mapping[str, Any]) -> Any:
        number = self._next_number()
        answer = await self._ask(number, frames.pack(number, Kind.OVERSEE, question, json.dumps(details)))
        return json.loads(answer[2])

    async def advance_time(self, *, seconds: float) -> None:
        number = self._next_number()
        await self._ask(number, frames.pack(number, Kind.ADVANCE_TIME, seconds))
        self._clock.advance(seconds=seconds)

    # -- Questions and answers ---------------------------------------------------------------------------------------

    async def _hand_in(self, kind: Kind, request: CallRequest, timeout_seconds: float | None) -> _Answer:
        number = self._next_number()
        is_welcome = self._reader.is_welcome(request)
        frame = frames.pack_call(number, kind, request, is_welcome=is_welcome, timeout_seconds=timeout_seconds)
        answer = await self._ask(number, frame, timeout_seconds)
        if answer is not _TIMED_OUT and answer[1] == Outcome.REJECTED:
            raise frames.read_reject(answer[2:])
        return answer

    async def _ask(self, number: int, frame: bytes, timeout_seconds: float | None = None) -> _Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Answer] = loop.create_future()
        self._waiting[number] = future
        self._write(frame)
        timeout = None if timeout_seconds is None else loop.call_later(timeout_seconds, _time_out, future)
        try:
            answer = await future
        finally:
            if timeout is not None:
                timeout.cancel()
            self._waiting.pop(number, None)
        if answer is not _TIMED_OUT:
            _check(answer)
        return answer

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _write(self, frame: bytes) -> None:
        if self._is_lost or self._transport is None:
            raise RoundFailed("the core is gone")
        if not self._frames:
            asyncio.get_running_loop().call_soon(self._flush)
        self._frames.append(frame)

    def _flush(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._frames))
        self._frames.clear()

    # -- asyncio.Protocol --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._unpacker.feed(data)
        waiting = self._waiting
        for answer in self._unpacker:
            future = waiting.get(answer[0])
            # Nobody waits for what timed out, or whose sender has hung up.
            if future is not None and not future.done():
                future.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(RoundFailed("the core is gone"))
        self._on_lost()


def _check(answer: _Answer) -> None:
    if answer[1] == Outcome.ROUND_FAILED:
        raise RoundFailed(answer[2])
    if answer[1] == Outcome.MISTAKE:
        raise CoreMistake


def _time_out(future: asyncio.Future[_Answer]) -> None:
    if not future.done():
        future.set_result(_TIMED_OUT)
