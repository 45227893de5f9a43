"""Registering: names, races, limits, and what failures and crashes leave behind."""

import pytest

from parley.agent import AgentRejected
from parley.deployment import CANISTERS
from parley.interfaces import ask, call, interface
from replica.principal import ANONYMOUS
from tests.fixtures.people import OPERATOR, Person


def metrics(system):
    return system.index_metrics()


def submit(person, username):
    arg = interface("user_index").encode_args("register_user", {"username": username})
    index = person.system.deployment["user_index"]
    return person.system.replica.submit(index, "register_user", arg, sender=person.principal)


def answer(system, request):
    system.replica.finish(request)
    return interface("user_index").decode_results("register_user", system.replica.reply(request))[0]


def check(system, username):
    return ask(system.operator, "user_index", system.deployment["user_index"], "check_username", {"username": username})


def test_registering_gives_a_canister_of_ones_own(system, alice, bob):
    result = alice.registers("Alice")

    assert result == {"Success": {"user_id": alice.user_id}}
    assert alice.user_id != bob.user_id
    profile = alice.asks("public_profile")
    assert profile["username"] == "Alice"


def test_the_index_knows_who_registered(system, alice):
    alice.registers()

    assert alice.asks_index("current_user") == {
        "Success": {
            "user_id": alice.user_id,
            "username": "alice",
            "date_created": system.clock.now_ns() // 1_000_000,
            "canister_version": "0.1.0",
            "upgrade_in_progress": False,
        }
    }
    assert metrics(system)["users"] == 1


def test_somebody_unknown_is_not_found(system, mallory):
    assert mallory.asks_index("current_user") == {"UserNotFound": None}


def test_the_user_index_alone_controls_the_new_canister(system, alice):
    status = system.replica.canister_status(alice.user_id, sender=system.deployment["user_index"])

    assert status["settings"]["controllers"] == [system.deployment["user_index"]]


# -- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("anna", {"UsernameTooShort": {"length_provided": 4, "min_length": 5}}),
        ("x" * 26, {"UsernameTooLong": {"length_provided": 26, "max_length": 25}}),
        ("_alice", {"UsernameInvalid": None}),
        ("Parley_Bot", {"UsernameInvalid": None}),
        ('al"ice', {"UsernameInvalid": None}),
        ("x" * 1_000_000, {"UsernameTooLong": {"length_provided": 1_000_000, "max_length": 25}}),
    ],
)
def test_a_name_that_nobody_may_have_is_refused(system, alice, username, expected):
    assert check(system, username) == expected
    assert alice.registers(username) == expected
    assert metrics(system)["users"] == 0


def test_a_name_is_taken_without_regard_to_case(system, alice, bob):
    assert check(system, "ALICE") == {"Success": None}
    alice.registers("alice")

    assert check(system, "ALICE") == {"UsernameTaken": None}
    assert bob.registers("Alice") == {"UsernameTaken": None}


def test_a_person_registers_once(system, alice):
    alice.registers("alice")

    assert alice.registers("alice_again") == {"AlreadyRegistered": None}
    assert check(system, "alice_again") == {"Success": None}


def test_the_number_of_users_is_limited(undeployed):
    undeployed.deploy(user_limit=1)
    Person(undeployed, "alice").registers()

    assert Person(undeployed, "bob").registers() == {"UserLimitReached": 1}


def test_nobody_registers_without_signing_in(system):
    arg = {"username": "nobody"}

    with pytest.raises(AgentRejected):
        call(system.replica.agent(ANONYMOUS), "user_index", system.deployment["user_index"], "register_user", arg)


def test_an_index_that_is_short_of_cycles_says_so(undeployed):
    undeployed.deploy(pool_target=0, cycles=dict.fromkeys(CANISTERS, 5 * 10**12))

    assert Person(undeployed, "alice").registers() == {"CyclesBalanceTooLow": None}
    assert check(undeployed, "alice") == {"Success": None}


# -- Races and failures ----------------------------------------------------------------------------------------------


def test_of_two_people_who_want_one_name_at_once_one_gets_it(system, alice, bob):
    requests = [submit(alice, "the_one"), submit(bob, "THE_ONE")]

    results = [answer(system, request) for request in requests]

    assert "Success" in results[0]
    assert results[1] == {"UsernameTaken": None}
    assert metrics(system)["users"] == 1


def test_a_person_who_registers_twice_at_once_gets_one_canister(system, alice):
    requests = [submit(alice, "first"), submit(alice, "second")]

    results = [answer(system, request) for request in requests]

    assert "Success" in results[0]
    assert results[1] == {"AlreadyRegistered": None}
    system.settle()
    assert metrics(system)["users"] == 1
    assert check(system, "second") == {"Success": None}


def test_registrations_beyond_the_pool_create_their_canisters(system, alice, bob, carol, dave):
    requests = [submit(person, f"{person.name}_123") for person in (alice, bob, carol, dave)]

    results = [answer(system, request) for request in requests]

    ids = {result["Success"]["user_id"] for result in results}
    assert len(ids) == 4
    system.settle()
    assert metrics(system)["canisters_in_pool"] == 2


def test_a_failed_installation_frees_the_name_and_returns_the_canister(system, alice):
    in_pool = metrics(system)["canisters_in_pool"]
    system.restart(is_module_allowed=lambda module_hash: False)

    assert "InternalError" in alice.registers("alice")

    assert metrics(system)["canisters_in_pool"] == in_pool
    assert check(system, "alice") == {"Success": None}
    system.restart(is_module_allowed=lambda module_hash: True)
    assert "Success" in alice.registers("alice")


def test_a_registration_that_a_crash_cut_off_gives_everything_back(system, alice, bob):
    in_pool = metrics(system)["canisters_in_pool"]
    system.restart(messages_per_round_max=1)
    submit(alice, "alice")
    system.replica.tick()
    system.restart(messages_per_round_max=20_000)
    system.settle()
    assert check(system, "alice") == {"UsernameTaken": None}
    assert alice.registers("alice") == {"AlreadyRegistered": None}

    for _ in range(11):
        system.wait(minutes=1)

    assert check(system, "alice") == {"Success": None}
    # The pool was filled again meanwhile, and then got its canister back.
    assert metrics(system)["canisters_in_pool"] == in_pool + 1
    assert "Success" in bob.registers("alice")
    assert "Success" in alice.registers("alice_2")


def test_a_pool_whose_filling_a_crash_cut_off_is_filled_later(system, alice, bob):
    system.restart(messages_per_round_max=1)
    answer(system, submit(alice, "alice"))
    system.replica.tick()
    system.restart(messages_per_round_max=20_000)
    system.settle()
    assert metrics(system)["canisters_in_pool"] == 1

    for _ in range(4):
        system.wait(minutes=1)

    assert metrics(system)["canisters_in_pool"] == 2
    assert "Success" in bob.registers()


def test_an_index_without_a_module_refuses_in_words(undeployed):
    settings = {
        "group_index_canister_id": OPERATOR,
        "notifications_canister_id": OPERATOR,
        "pool_target": 1,
        "user_limit": 10,
    }
    arg = interface("user_index").encode_init(settings)
    index = undeployed.replica.canister(undeployed.modules["user_index"], arg, controller=OPERATOR)
    undeployed.deployment.canisters["user_index"] = index

    assert Person(undeployed, "alice").registers() == {"InternalError": "there is no user module to install yet"}
