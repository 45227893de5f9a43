"""Drives generators: how a method awaits other canisters without threads.

A function that returned a generator is resumed with `send` until it ends. What it yields is either another generator,
driven to its end first, or a call, which ends this message; the answer resumes the generator in a new message. Nothing
is ever thrown into a generator: rejections are values, and a failure in here is a trap of the message.

A suspended `Task` lives in memory only. If its answer never comes, its generators are closed with the platform shut, so
that clean-up code of the canister cannot act in some other message.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from types import GeneratorType
from typing import Any, Final

from replica.execution.contexts import Use
from replica.execution.outgoing import outgoing_call, rejected
from replica.execution.running import IDLE, Host, Running
from replica.reject import RejectCode

Finish = Callable[[Running, Any], None]
_CALL: Final = int(Use.CALL)
_PAID_CALL: Final = int(Use.PAID_CALL)


class Task:
    """A computation between its first message and its last; `stack` holds its generators, outermost first."""

    __slots__ = ("finish", "host", "is_timer", "stack")

    def __init__(self, host: Host, generator: Any, finish: Finish, *, is_timer: bool = False) -> None:
        self.host = host
        self.stack = [generator]
        self.finish = finish
        self.is_timer = is_timer

    def __del__(self) -> None:
        if self.stack:
            self._close()

    def _close(self) -> None:
        before, self.host.current = self.host.current, IDLE
        while self.stack:
            # Whatever clean-up code does now, including a trap because the platform is shut, is nobody's message.
            with contextlib.suppress(BaseException):
                self.stack.pop().close()
        self.host.current = before


class Await:
    """What routing keeps while a call is out, and hands back with the answer."""

    __slots__ = ("decode_reply", "task")

    def __init__(self, task: Task, decode_reply: Callable[[bytes], Any]) -> None:
        self.task = task
        self.decode_reply = decode_reply


def is_generator(value: Any) -> bool:
    """Kybra's own test: anything with `send` is driven, whatever the annotations say."""
    return type(value) is GeneratorType or hasattr(value, "send")


def drive(task: Task, running: Running, value: Any) -> None:
    """Resume a task with `value`, until it ends or awaits a call; what its code raises passes through."""
    stack = task.stack
    while True:
        try:
            yielded = stack[-1].send(value)
        except StopIteration as end:
            stack.pop()
            value = end.value
            if stack:
                continue
            return task.finish(running, value)
        if is_generator(yielded):
            stack.append(yielded)
            value = None
        elif _send_call(task, running, yielded):
            return None
        else:
            value = rejected(RejectCode.SYS_TRANSIENT, "Couldn't send message")


def _send_call(task: Task, running: Running, described: Any) -> bool:
    """Queue the call that a yielded `AsyncInfo` describes. False if it cannot be sent."""
    call = outgoing_call(described.name, described.args, running.runtime)
    if not running.allowed & _CALL:
        running.refuse("call_new")
    if call.cycles and not running.allowed & _PAID_CALL:
        running.refuse("call_cycles_add128")
    return running.api.call(call.callee, call.method, call.argument, call.cycles, Await(task, call.decode_reply))
