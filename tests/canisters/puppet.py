"""A canister that does what a test says: it calls anybody with any bytes, and answers calls as it was told.

With it mallory makes calls between canisters that no canister of ours would make, and a test can stand in the place of
one of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgpack

from replica.candid.did import parse_did
from replica.principal import Principal
from tests.fixtures.people import System
from tests.fixtures.replica import MALLORY

ANSWERED: Final = ("c2c_lookup_principal", "c2c_lookup_group", "c2c_try_add_to_group", "c2c_push_notification")

_INTERFACE: Final = parse_did(
    """service : {
         forward : (principal, text, blob) -> (variant { Ok : blob; Err : text });
         answers : (text, blob) -> ();
         received : (text) -> (vec blob) query;
    }"""
)

_SOURCE: Final = '''"""Does what a test says."""

from kybra import Async, Principal, StableBTreeMap, Variant, Vec, blob, ic, nat64, query, text, update, void

from canisters.lib import c2c

REPLIES = StableBTreeMap[text, blob](memory_id=0, max_key_size=100, max_value_size=10_000)
REQUESTS = StableBTreeMap[nat64, blob](memory_id=1, max_key_size=20, max_value_size=2_000_000)
METHODS = StableBTreeMap[nat64, text](memory_id=2, max_key_size=20, max_value_size=100)


class ForwardResult(Variant, total=False):
    Ok: blob
    Err: text


@update
def forward(target: Principal, method: text, payload: blob) -> Async[ForwardResult]:
    result = yield ic.call_raw(target, method, c2c.to_candid(payload), 0)
    if result.Err is not None:
        return {"Err": result.Err}
    return {"Ok": c2c.from_candid(result.Ok)}


@update
def answers(method: text, reply: blob) -> void:
    REPLIES.insert(method, reply)


@query
def received(method: text) -> Vec[blob]:
    return [payload for number, payload in REQUESTS.items() if METHODS.get(number) == method]


def answer(method: str, payload: bytes) -> bytes:
    number = REQUESTS.len()
    REQUESTS.insert(number, payload)
    METHODS.insert(number, method)
    reply = REPLIES.get(method)
    if reply is None:
        raise ValueError("no answer to " + method)
    return reply
'''

_METHOD: Final = """

@update
def {name}(payload: blob) -> blob:
    return answer("{name}", payload)
"""


def write_puppet(canisters: Path) -> None:
    """Add the puppet to a copy of our canisters."""
    folder = canisters / "puppet"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "main.py").write_text(_SOURCE + "".join(_METHOD.format(name=name) for name in ANSWERED))


@dataclass(slots=True)
class Puppet:
    system: System
    canister_id: Principal

    @classmethod
    def of(cls, system: System) -> Puppet:
        module = system.bundles.get("puppet", version="with a puppet", change=write_puppet)
        return cls(system, system.replica.canister(module, controller=MALLORY))

    def calls(self, target: Principal, method: str, request: dict[str, Any] | bytes) -> dict[str, Any]:
        """The reply of a `c2c_*` method, or `{"Err": text}` if the call was rejected."""
        payload = request if isinstance(request, bytes) else msgpack.packb({"v": 1, **request})
        (result,) = self._update("forward", target, method, payload)
        return {"Err": result["Err"]} if "Err" in result else dict(msgpack.unpackb(bytes(result["Ok"])))

    def answers(self, method: str, reply: dict[str, Any]) -> None:
        self._update("answers", method, msgpack.packb(reply))

    def received(self, method: str) -> list[dict[str, Any]]:
        arg = _INTERFACE.encode_args("received", method)
        answer = self.system.replica.query(self.canister_id, "received", arg)
        (payloads,) = _INTERFACE.decode_results("received", answer)
        return [msgpack.unpackb(bytes(payload)) for payload in payloads]

    def _update(self, method: str, *values: object) -> tuple[Any, ...]:
        arg = _INTERFACE.encode_args(method, *values)
        answer = self.system.replica.update(self.canister_id, method, arg, sender=MALLORY)
        self.system.settle()
        return _INTERFACE.decode_results(method, answer)
