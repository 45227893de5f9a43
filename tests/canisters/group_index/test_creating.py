"""Groups come into being: names, canisters, quotas, and what a failure or a crash gives back."""

from __future__ import annotations

import pytest

from canisters.group_index.creations import STALE_MS
from parley.interfaces import ask, interface
from tests.canisters.crashes import dies_after
from tests.canisters.puppet import Puppet
from tests.fixtures.people import OPERATOR


def metrics(system):
    return ask(system.operator, "group_index", system.deployment["group_index"], "metrics")


def submits_group(person, name: str, **changes: object) -> None:
    args = {"is_public": True, "name": name, "description": "", "history_visible_to_new_joiners": True, **changes}
    arg = interface("user").encode_args("create_group", args)
    person.system.replica.submit(person.user_id, "create_group", arg, sender=person.principal)


def forget_everything(system) -> None:
    """The group index as it is right after its installation."""
    args = {
        "user_index_canister_id": system.deployment["user_index"],
        "notifications_canister_id": system.deployment["notifications"],
        "pool_target": 2,
    }
    arg = interface("group_index").encode_init(args)
    index, module = system.deployment["group_index"], system.modules["group_index"]
    system.replica.install(index, module, arg, mode="reinstall", controller=OPERATOR)
    system.settle()


def test_a_created_group_is_counted_and_has_its_owner(alice):
    group = alice.creates_group("hiking", is_public=True, description="Walks in the Alps")

    figures = metrics(alice.system)
    summary = alice.asks_group(group, "summary")["Success"]

    assert (figures["public_groups"], figures["private_groups"]) == (1, 0)
    assert (summary["name"], summary["description"], summary["role"]) == (
        "hiking",
        "Walks in the Alps",
        {"Owner": None},
    )
    assert [chat["chat_id"] for chat in alice.initial_state()["group_chats"]] == [group.chat_id]


def test_public_names_are_unique_without_regard_to_case(alice, bob):
    alice.creates_group("Hiking", is_public=True)

    assert bob.tries_to_create_group("hIKING", is_public=True) == {"NameTaken": None}
    assert bob.tries_to_create_group("  hiking ", is_public=True) == {"NameTaken": None}
    assert "Success" in bob.tries_to_create_group("hiking", is_public=False)
    assert "Success" in bob.tries_to_create_group("hiking 2", is_public=True)


@pytest.mark.parametrize("name", ["Größe", "ΣΑΣ Σας", "straße"])
def test_case_is_folded_in_every_script(alice, bob, name):
    alice.creates_group(name, is_public=True)

    assert bob.tries_to_create_group(name.upper(), is_public=True) == {"NameTaken": None}


@pytest.mark.parametrize("name", ['quo"te', "back\\slash", "new\nline", "}; x = ", "😀😀😀"])
def test_names_arrive_as_they_were_given(alice, name):
    group = alice.creates_group(name, description=name * 3)

    summary = alice.asks_group(group, "summary")["Success"]
    assert (summary["name"], summary["description"]) == (name.strip(), (name * 3).strip())


def test_two_at_once_cannot_have_one_name(alice, bob):
    assert alice.user_id
    assert bob.user_id
    submits_group(alice, "hiking")
    submits_group(bob, "Hiking")

    alice.system.settle()

    assert metrics(alice.system)["public_groups"] == 1


def test_the_pool_may_be_empty(alice):
    for number in range(5):
        submits_group(alice, f"group {number}", is_public=False)

    alice.system.settle()

    assert metrics(alice.system)["private_groups"] == 5
    assert metrics(alice.system)["canisters_in_pool"] == 2


def test_without_a_module_nothing_is_created_or_kept(system, alice):
    assert alice.user_id
    forget_everything(system)

    first = alice.tries_to_create_group("hiking", is_public=True)
    again = alice.tries_to_create_group("hiking", is_public=True)

    assert "InternalError" in first
    assert again == first
    assert metrics(system)["canisters_in_pool"] == 2


def test_a_stopped_user_index_is_an_error_that_passes(alice):
    assert alice.user_id
    alice.system.stop(alice.system.deployment["user_index"])

    assert "InternalError" in alice.tries_to_create_group("hiking", is_public=True)

    alice.system.start(alice.system.deployment["user_index"])
    assert "Success" in alice.tries_to_create_group("hiking", is_public=True)


@pytest.mark.parametrize("messages", range(1, 9))
def test_a_crash_while_creating_loses_neither_name_nor_canister(alice, bob, messages):
    assert alice.user_id
    assert bob.user_id
    system = alice.system
    with dies_after(system, messages):
        submits_group(alice, "hiking")

    created_before = metrics(system)["public_groups"]
    system.wait(seconds=STALE_MS / 1_000 + 120)
    result = bob.tries_to_create_group("hiking", is_public=True)

    assert result == {"NameTaken": None} if created_before else "Success" in result
    assert metrics(system)["public_groups"] == 1
    assert metrics(system)["canisters_in_pool"] >= 2


def test_the_index_counts_for_itself_how_many_groups_somebody_created(alice):
    """Whoever runs a user canister of their own making could forget to count."""
    changed = alice.system.bundles.get("user", version="without a quota", change=_forget_the_quota)
    assert alice.user_id
    alice.system.give_module("user_index", "user", changed, "0.1.0")

    results = [alice.tries_to_create_group(f"group {number}") for number in range(11)]

    assert ["Success" in result for result in results] == [True] * 10 + [False]
    assert "MaxGroupsCreated" in results[10]["InternalError"]


def _forget_the_quota(canisters) -> None:
    path = canisters / "lib" / "chat" / "group_rules.py"
    path.write_text(path.read_text().replace("GROUPS_PER_CREATOR_MAX = 10", "GROUPS_PER_CREATOR_MAX = 99"))


# -- Who may ask -----------------------------------------------------------------------------------------------------

CREATE = {"is_public": True, "name": "hiking", "description": "", "history_visible_to_new_joiners": True}


def test_canisters_that_are_no_user_create_nothing(system):
    puppet = Puppet.of(system)

    assert puppet.calls(system.deployment["group_index"], "c2c_create_group", CREATE) == {"UserNotFound": None}
    assert metrics(system)["public_groups"] == 0


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({"name": "hik"}, "NameTooShort"),
        ({"name": "x" * 26}, "NameTooLong"),
        ({"name": "My Proposals"}, "NameReserved"),
        ({"description": "ü" * 513}, "DescriptionTooLong"),
    ],
)
def test_the_index_checks_names_itself(system, changes, case):
    puppet = Puppet.of(system)

    assert case in puppet.calls(system.deployment["group_index"], "c2c_create_group", {**CREATE, **changes})


@pytest.mark.parametrize("request_", [{}, {**CREATE, "name": 7}, {**CREATE, "is_public": "yes"}, b"", b"\xc1"])
def test_malformed_wishes_are_rejected(system, request_):
    puppet = Puppet.of(system)

    assert "Err" in puppet.calls(system.deployment["group_index"], "c2c_create_group", request_)


def test_strangers_learn_nothing_about_groups(system, alice):
    group = alice.creates_group("hiking")
    puppet = Puppet.of(system)
    index = system.deployment["group_index"]

    known = puppet.calls(index, "c2c_lookup_group", {"group_id": bytes(group.chat_id)})
    unknown = puppet.calls(index, "c2c_lookup_group", {"group_id": b"\x07"})

    assert set(known) == set(unknown) == {"Err"}
    assert "not a user" in known["Err"]
