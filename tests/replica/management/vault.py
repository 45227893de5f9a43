"""A scripted canister with everything a snapshot must keep: maps, raw memory, certified data, timers."""

from __future__ import annotations

from typing import Any

from tests.fixtures.notebook import NOTES
from tests.fixtures.scripted_engine import Ic, ScriptedEngine

PAGE_BYTES = 65_536


def put(ic: Ic, arg: bytes) -> None:
    """Argument: key=value."""
    key, _, value = arg.partition(b"=")
    ic.state.map_put(NOTES, key, value)
    ic.reply(b"")


def get(ic: Ic, arg: bytes) -> None:
    ic.reply(ic.state.map_get(NOTES, arg) or b"nothing")


def remove(ic: Ic, arg: bytes) -> None:
    ic.state.map_delete(NOTES, arg)
    ic.reply(b"")


def write_raw(ic: Ic, arg: bytes) -> None:
    """Argument: offset in 8 bytes, then what to write there. Memory grows as needed."""
    offset, data = int.from_bytes(arg[:8], "big"), arg[8:]
    missing = -(-(offset + len(data)) // PAGE_BYTES) - ic.state.stable_pages()
    if missing > 0 and ic.state.stable_grow(missing) is None:
        ic.reject("out of memory")
        return
    ic.state.stable_write(offset, data)
    ic.reply(b"")


def read_raw(ic: Ic, arg: bytes) -> None:
    """Argument: offset and size, 8 bytes each."""
    ic.reply(ic.state.stable_read(int.from_bytes(arg[:8], "big"), int.from_bytes(arg[8:], "big")))


def certify(ic: Ic, arg: bytes) -> None:
    ic.set_certified_data(arg)
    ic.reply(b"")


def certificate(ic: Ic, arg: bytes) -> None:
    ic.reply(ic.data_certificate())


def arm(ic: Ic, arg: bytes) -> None:
    ic.set_timer(60, "ring", repeat=False)
    ic.reply(b"")


def ring(ic: Ic) -> None:
    ic.state.map_put(NOTES, b"rung", b"yes")


def define_vault(engine: ScriptedEngine, name: str = "vault", **changes: Any) -> bytes:
    updates = {"put": put, "remove": remove, "write_raw": write_raw, "certify": certify, "arm": arm}
    queries = {"get": get, "read_raw": read_raw, "certificate": certificate}
    return engine.define(name, updates=updates, queries=queries, functions={"ring": ring}, **changes)


def at(offset: int, data: bytes) -> bytes:
    return offset.to_bytes(8, "big") + data
