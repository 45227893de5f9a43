"""icp-py-core 2.3.1, unmodified, with all verification on: version 4 calls, version 3 queries and reads."""

import json
import sys

import pytest
from icp_agent.agent import Agent
from icp_agent.client import Client
from icp_agent.system_state import canister_controllers, canister_module_hash, subnet_canister_ranges_direct
from icp_candid.candid import Types, encode
from icp_canister.canister import Canister
from icp_canister.management import Management
from icp_certificate import certificate
from icp_core.errors import ReplicaReject
from icp_identity.identity import DelegateIdentity, Identity

from tests.clients.delegations import EXPIRATION_NS, canister_identity, chain_json
from tests.clients.network import CLIENTS, NO_ARGUMENTS

SEED = "07" * 32
INSTALL_ARGS = Types.Record(
    {
        "mode": Types.Variant({"install": Types.Null, "upgrade": Types.Null}),
        "canister_id": Types.Principal,
        "wasm_module": Types.Vec(Types.Nat8),
        "arg": Types.Vec(Types.Nat8),
    }
)


@pytest.fixture(autouse=True)
def verification(network, monkeypatch):
    """The client verifies with a module that is not published as a package, and against mainnet's key."""
    monkeypatch.syspath_prepend(CLIENTS / "shims")
    monkeypatch.setattr(certificate, "IC_ROOT_KEY", network.root_key_der)
    yield
    sys.modules.pop("blst", None)


def agent_for(network, identity):
    return Agent(identity, Client(network.url), root_key=network.root_key_der, verify_query_signatures=True)


@pytest.fixture
def agent(network):
    return agent_for(network, Identity(privkey=SEED))


def text(value):
    return [{"type": Types.Text, "value": value}]


def test_an_update_is_seen_by_the_next_query(network, agent):
    greeter = network.greeter.text

    length = agent.update(greeter, "set_greeting", text("Salut"), return_type=[Types.Nat64], verify_certificate=True)
    greeting = agent.query(greeter, "greet", text("carol"), return_type=[Types.Text])

    assert length[0]["value"] == 5
    assert greeting[0]["value"] == "Salut, carol!"


def delegated(root_key_der, sign):
    """A session key that speaks for another key. This client reads times in decimal, unlike AuthClient writes them."""
    session = Identity(privkey="09" * 32)
    chain = chain_json(root_key_der, session.der_pubkey, sign, expiration=str(EXPIRATION_NS))
    return DelegateIdentity.from_json(json.dumps(["", "09" * 32]), chain)


def delegated_by_key():
    root = Identity(privkey="08" * 32)
    return delegated(root.der_pubkey, lambda message: root.sign(message)[1])


IDENTITIES = {
    "anonymous": lambda network: Identity(anonymous=True),
    "Ed25519": lambda network: Identity(privkey=SEED),
    "secp256k1": lambda network: Identity(privkey=SEED, type="secp256k1"),
    "P-256": lambda network: Identity(privkey=SEED, type="p256"),
    "delegated by a key": lambda network: delegated_by_key(),
    "delegated by a canister": lambda network: delegated(*canister_identity(network, "dave")),
}


@pytest.mark.parametrize("identity_on", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_the_canister_sees_who_asks(network, identity_on):
    identity = identity_on(network)
    agent = agent_for(network, identity)

    asked = agent.query(network.greeter.text, "whoami", return_type=[Types.Principal])
    called = agent.update(network.greeter.text, "whoami_certified", return_type=[Types.Principal])

    assert str(asked[0]["value"]) == str(called[0]["value"]) == str(identity.sender())


@pytest.mark.parametrize(
    ("method", "code", "error_code", "message"),
    [
        ("trap", 5, "IC0503", "oh no"),
        ("refuse", 4, "IC0406", "oh no"),
        ("missing", 5, "IC0536", "has no update method 'missing'"),
        ("unwelcome", 4, "IC0406", ""),
    ],
)
def test_updates_that_fail_say_why(network, agent, method, code, error_code, message):
    with pytest.raises(ReplicaReject) as failed:
        agent.update(network.greeter.text, method, text("oh no"))

    assert (failed.value.reject_code, failed.value.error_code) == (code, error_code)
    assert message in failed.value.reject_message


def test_queries_that_fail_say_why(network, agent):
    # The client cannot verify the signature of a rejected query: it looks for a field that the protocol does not have.
    with pytest.raises(ReplicaReject, match="has no query method 'missing'"):
        agent.query(network.greeter.text, "missing", encode([]), verify_query_signatures=False)


def test_an_interface_is_discovered_and_used(network, agent):
    greeter = Canister(agent, network.greeter.text, auto_fetch_candid=True)

    greeter.set_greeting("Ciao")

    assert greeter.greet("bob")[0]["value"] == "Ciao, bob!"


def test_canisters_are_made_and_upgraded_or_left_as_they_were(network, agent):
    management = Management(agent)
    created = management.provisional_create_canister_with_cycles({"amount": [], "settings": []})
    canister_id = str(created[0]["value"]["canister_id"])

    def install(name: str, mode: str) -> None:
        # By itself the client posts this under the management canister, where no subnet takes it.
        module = network.module_files[name].read_bytes()
        record = {"mode": {mode: None}, "canister_id": canister_id, "wasm_module": module, "arg": NO_ARGUMENTS}
        arg = [{"type": INSTALL_ARGS, "value": record}]
        agent.update("aaaaa-aa", "install_code", arg, effective_canister_id=canister_id)

    install("greeter", "install")
    agent.update(canister_id, "set_greeting", text("Salut"), return_type=[Types.Nat64], verify_certificate=True)
    with pytest.raises(ReplicaReject, match="this upgrade fails"):
        install("greeter_broken", "upgrade")
    kept = agent.query(canister_id, "greet", text("bob"), return_type=[Types.Text])[0]["value"]
    install("greeter_next", "upgrade")

    assert kept == "Salut, bob!"
    assert agent.query(canister_id, "greet", text("bob"), return_type=[Types.Text])[0]["value"] == "Salut again, bob!"


def test_an_agent_goes_on_after_a_restart(network, agent):
    greeter = network.greeter.text
    agent.update(greeter, "set_greeting", text("Before"), return_type=[Types.Nat64], verify_certificate=True)

    network.restart()

    assert agent.query(greeter, "greet", text("bob"), return_type=[Types.Text])[0]["value"] == "Before, bob!"
    agent.update(greeter, "set_greeting", text("After"), return_type=[Types.Nat64], verify_certificate=True)
    assert agent.query(greeter, "greet", text("bob"), return_type=[Types.Text])[0]["value"] == "After, bob!"


def test_certified_state_can_be_read(network, agent):
    greeter = network.greeter.text

    assert canister_module_hash(agent, greeter) == network.module_hash.hex()
    assert [str(each) for each in canister_controllers(agent, greeter)] == [network.controller.text]


def test_the_ranges_of_the_subnet_hold_the_canister(network, agent):
    ranges = subnet_canister_ranges_direct(agent, network.subnet_id.text)

    assert any(low.bytes <= network.greeter <= high.bytes for low, high in ranges)


def test_a_wrong_root_key_is_noticed(network, agent, monkeypatch):
    wrong = bytearray(network.root_key_der)
    wrong[-1] ^= 1
    monkeypatch.setattr(certificate, "IC_ROOT_KEY", bytes(wrong))

    with pytest.raises(Exception, match=r"(?i)certificate|signature|verif"):
        agent.update(network.greeter.text, "set_greeting", text("Hi"), verify_certificate=True)
