"""New modules for user canisters: who may give them, and that everybody is brought to them and runs afterwards."""

import hashlib
from pathlib import Path

import pytest

from canisters.lib.version import VERSION
from parley.agent import AgentRejected
from parley.interfaces import call, interface
from parley.management import upload_module


def changed(text):
    def change(canisters: Path) -> None:
        path = canisters / "lib" / "version.py"
        path.write_text(path.read_text() + f"\n\nCHANGE = {text!r}\n")

    return change


@pytest.fixture
def next_module(bundles):
    return bundles.get("user", version="changed", change=changed("one"))


def status_of(system, person):
    return system.replica.canister_status(person.user_id, sender=system.deployment["user_index"])


def test_everybody_is_brought_to_a_new_module(system, alice, bob, carol, next_module):
    people = (alice, bob, carol)
    assert all(person.user_id for person in people)

    result = system.give_user_module(next_module, "0.2.0")

    assert result == {"Success": {"upgrades_pending": 3}}
    metrics = system.index_metrics()
    assert (metrics["upgrades_pending"], metrics["upgrades_completed"], metrics["upgrades_failed"]) == (0, 3, 0)
    for person in people:
        status = status_of(system, person)
        assert status["module_hash"] == hashlib.sha256(next_module).digest()
        assert status["status"] == {"running": None}
        assert person.asks_index("current_user")["Success"]["canister_version"] == "0.2.0"


def test_who_registers_afterwards_has_the_new_module(system, alice, next_module):
    system.give_user_module(next_module, "0.2.0")

    assert status_of(system, alice)["module_hash"] == hashlib.sha256(next_module).digest()
    assert system.index_metrics()["upgrades_pending"] == 0


def test_the_same_module_again_upgrades_nobody(system, alice):
    assert alice.user_id

    result = system.give_user_module(system.modules["user"], VERSION)

    assert result == {"Success": {"upgrades_pending": 0}}


def test_an_upgrade_that_fails_is_counted_and_the_canister_runs_on(system, bundles, alice):
    def broken(canisters: Path) -> None:
        path = canisters / "user" / "lifecycle.py"
        path.write_text(path.read_text().replace("    jobs.resume()", '    ic.trap("this release is broken")'))

    alice.sends(alice, "note")
    before = status_of(system, alice)

    system.give_user_module(bundles.get("user", version="broken", change=broken), "0.2.0")

    metrics = system.index_metrics()
    assert (metrics["upgrades_pending"], metrics["upgrades_completed"], metrics["upgrades_failed"]) == (0, 0, 1)
    after = status_of(system, alice)
    assert after["status"] == {"running": None}
    assert after["module_hash"] == before["module_hash"]
    assert alice.asks("public_profile")["username"] == "alice"


def test_a_crash_in_the_middle_of_upgrades_leaves_nobody_stopped(system, alice, bob, carol, next_module):
    people = (alice, bob, carol)
    assert all(person.user_id for person in people)
    system.restart(messages_per_round_max=1)
    give_without_settling(system, next_module)
    for _ in range(8):
        system.replica.tick()
    system.restart(messages_per_round_max=20_000)

    for _ in range(15):
        system.wait(minutes=1)

    for person in people:
        assert status_of(system, person)["status"] == {"running": None}
        assert status_of(system, person)["module_hash"] == hashlib.sha256(next_module).digest()
    assert system.index_metrics()["upgrades_pending"] == 0


def give_without_settling(system, module):
    index = system.deployment["user_index"]
    chunk_hashes = upload_module(system.operator, index, module)
    request = {"version": "0.2.0", "module_hash": hashlib.sha256(module).digest(), "chunk_hashes": chunk_hashes}
    arg = interface("user_index").encode_args("upgrade_user_canister_wasm", request)
    system.replica.finish(
        system.replica.submit(index, "upgrade_user_canister_wasm", arg, sender=system.operator.principal)
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "new"}, "version"),
        ({"version": "0.0.1"}, "lower"),
        ({"module_hash": b"short"}, "module_hash"),
        ({"chunk_hashes": []}, "chunk"),
        ({"chunk_hashes": [b"x"]}, "chunk"),
    ],
)
def test_a_module_that_cannot_be_is_refused_in_words(system, changes, words):
    request = {"version": "0.2.0", "module_hash": b"h" * 32, "chunk_hashes": [b"c" * 32], **changes}

    result = call(system.operator, "user_index", system.deployment["user_index"], "upgrade_user_canister_wasm", request)

    assert words in result["InvalidRequest"]


def test_only_controllers_give_modules(system, alice, mallory):
    assert alice.user_id
    before = system.index_metrics()["user_module_hash"]
    request = {"version": "9.0.0", "module_hash": b"h" * 32, "chunk_hashes": [b"c" * 32]}

    for person in (mallory, alice):
        with pytest.raises(AgentRejected, match="Caller is not a controller"):
            person.updates_index("upgrade_user_canister_wasm", request)

    assert system.index_metrics()["user_module_hash"] == before


def test_an_upgrade_of_the_index_keeps_everything(system, bundles, alice, bob):
    alice.registers()
    before = system.index_metrics()
    index = system.deployment["user_index"]
    module = bundles.get("user_index", version="changed", change=changed("one"))

    system.replica.install(index, module, mode="upgrade", controller=system.operator.principal)
    system.settle()

    after = system.index_metrics()
    assert {**after, "cycles_balance": 0, "now": 0} == {**before, "cycles_balance": 0, "now": 0}
    assert alice.asks_index("current_user")["Success"]["username"] == "alice"
    assert bob.registers("alice") == {"UsernameTaken": None}
    assert "Success" in bob.registers()
