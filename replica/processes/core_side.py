"""The core's end of a channel: questions of a front become calls, queries and readings of the replica.

Calls are answered after the round that ends them, in one write for all of a round; everything else at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from replica.http.core import RoundFailed
from replica.http.local_core import LocalCore
from replica.http.round_driver import Watcher
from replica.processes import frames
from replica.processes.frames import Hello, Kind, Outcome
from replica.reject import Reject
from replica.routing.requests import ReadStateError
from replica.state.store import StoreError

_log = logging.getLogger(__name__)


class CoreSide(asyncio.Protocol):
    def __init__(self, core: LocalCore, hello: Hello, *, on_closed: Callable[[], None]) -> None:
        self._core = core
        self._replica = core.replica
        self._driver = core.driver
        self._hello = hello
        self._on_closed = on_closed
        self._unpacker = frames.unpacker()
        self._frames: list[bytes] = []
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._transport: asyncio.Transport | None = None

    # -- asyncio.Protocol --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(frames.pack(*self._hello))

    def data_received(self, data: bytes) -> None:
        self._unpacker.feed(data)
        for frame in self._unpacker:
            try:
                _HANDLERS[frame[1]](self, frame[0], frame[2:])
            except (RoundFailed, StoreError) as error:
                self._answer(frames.pack(frame[0], Outcome.ROUND_FAILED, str(error)))
            except Reject as reject:
                self._answer(frames.pack(frame[0], Outcome.REJECTED, *frames.reject_fields(reject)))
            except Exception:
                # It would end the channel, and with it everybody else's questions.
                _log.exception("a question could not be answered")
                self._answer(frames.pack(frame[0], Outcome.MISTAKE))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._on_closed()

    # -- Questions ---------------------------------------------------------------------------------------------------

    def _call(self, number: int, fields: tuple[Any, ...]) -> None:
        """Answered with a certificate when the call has ended."""
        is_welcome, timeout_seconds, request_id, *_ = fields
        self._driver.submit(frames.read_call(fields[2:]), is_welcome=is_welcome)
        watcher = partial(self._finish, number, request_id)
        self._waiting[number] = asyncio.get_running_loop().call_later(
            timeout_seconds, self._give_up, number, request_id, watcher
        )
        self._driver.watch(request_id, watcher)

    def _give_up(self, number: int, request_id: bytes, watcher: Watcher) -> None:
        """The front has stopped waiting too, and said so to whoever asked."""
        del self._waiting[number]
        self._driver.unwatch(request_id, watcher)

    def _finish(self, number: int, request_id: bytes, failure: RoundFailed | None) -> None:
        self._waiting.pop(number).cancel()
        if failure is not None:
            self._answer(frames.pack(number, Outcome.ROUND_FAILED, str(failure)))
        elif self._transport is not None:
            self._answer(frames.pack(number, Outcome.DONE, self._replica.request_certificate(request_id)))

    def _submit(self, number: int, fields: tuple[Any, ...]) -> None:
        """Answered as soon as the call is let in."""
        request = frames.read_call(fields[2:])
        try:
            self._driver.submit(request, is_welcome=fields[0])
        except Reject as reject:
            self._driver.note_refusal(request, reject)
            raise
        self._answer(frames.pack(number, Outcome.DONE))

    def _query(self, number: int, fields: tuple[Any, ...]) -> None:
        reply = self._replica.query(frames.read_query(fields))
        self._answer(frames.pack_query_reply(number, reply))

    def _read_state(self, number: int, fields: tuple[Any, ...]) -> None:
        try:
            certificate = self._replica.read_state(frames.read_read_state(fields))
        except ReadStateError as error:
            self._answer(frames.pack(number, Outcome.READ_STATE_REFUSED, error.text, error.status))
        else:
            self._answer(frames.pack(number, Outcome.DONE, certificate))

    def _oversee(self, number: int, fields: tuple[Any, ...]) -> None:
        question, details = fields
        # JSON, because amounts of cycles may be larger than MessagePack's numbers.
        answer = json.dumps(self._replica.oversee(question, json.loads(details)))
        self._answer(frames.pack(number, Outcome.DONE, answer))

    def _advance_time(self, number: int, fields: tuple[Any, ...]) -> None:
        self._core.move_clock(seconds=fields[0])
        self._answer(frames.pack(number, Outcome.DONE))

    # -- Answers -----------------------------------------------------------------------------------------------------

    def _answer(self, frame: bytes) -> None:
        if not self._frames:
            asyncio.get_running_loop().call_soon(self._flush)
        self._frames.append(frame)

    def _flush(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._frames))
        self._frames.clear()


_HANDLERS: Final[dict[int, Callable[[CoreSide, int, tuple[Any, ...]], None]]] = {
    Kind.CALL: CoreSide._call,
    Kind.SUBMIT: CoreSide._submit,
    Kind.QUERY: CoreSide._query,
    Kind.READ_STATE: CoreSide._read_state,
    Kind.OVERSEE: CoreSide._oversee,
    Kind.ADVANCE_TIME: CoreSide._advance_time,
}
