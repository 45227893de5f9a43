"""I5: who controls each person's canister, as the subnet certifies it; and that nobody else is its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cbor2

from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import lookup_value
from replica.reject import Reject
from tests.fixtures.replica import MALLORY

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check(simulation: Simulation) -> None:
    people, core = simulation.registered(), simulation.machine.core
    user_index = simulation.world.deployment["user_index"]
    paths = tuple((b"canister", bytes(person.user_id or b""), b"controllers") for person in people)
    # One certificate for all: `read_state` would sign once per canister.
    tree = verify_certificate(core._certifier.certificate(paths), core.root_key_der)
    for person, path in zip(people, paths, strict=True):
        controllers = cbor2.loads(lookup_value(tree, path) or b"\x80")
        assert list(controllers) == [user_index], f"I5: the canister of {person.name} is controlled by {controllers}"
        assert person.user_id is not None
        arg = b"DIDL\x00\x00"
        answer = simulation.machine.query(MALLORY, person.user_id, "initial_state", arg)
        assert isinstance(answer, Reject), f"I5: mallory reads the chats of {person.name}"
