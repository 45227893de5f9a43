"""ic-py 1.0.1, unmodified: version 2 of every endpoint, polling, untagged CBOR, no nonces."""

import asyncio
import json

import pytest
from ic.agent import Agent
from ic.candid import Types, encode
from ic.canister import Canister
from ic.client import Client
from ic.identity import DelegateIdentity, Identity
from ic.system_state import canister_controllers, canister_module_hash
from ic.system_state import time as certified_time

from tests.clients.delegations import EXPIRATION_NS, canister_identity, chain_json
from tests.clients.network import NO_ARGUMENTS

# The client passes bytes to httpx the old way.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

SEED = "07" * 32
MANAGEMENT = """
service ic : {
  provisional_create_canister_with_cycles : (record { amount : opt nat; }) -> (record { canister_id : principal; });
  install_code : (record {
    mode : variant { install; upgrade; };
    canister_id : principal;
    wasm_module : blob;
    arg : blob;
  }) -> ();
};
"""
TEXT = [{"type": Types.Text}]


def text(value):
    return encode([{"type": Types.Text, "value": value}])


def delegated(root_key_der, sign):
    """A session key that speaks for another key, in the form in which AuthClient exports it."""
    session = Identity(privkey="09" * 32)
    chain = chain_json(root_key_der, session.der_pubkey, sign, expiration=f"{EXPIRATION_NS:x}")
    return DelegateIdentity.from_json(json.dumps(["", session.privkey]), chain)


def delegated_by_key():
    root = Identity(privkey="08" * 32)
    return delegated(root.der_pubkey, lambda message: root.sign(message)[1])


IDENTITIES = {
    "anonymous": lambda network: Identity(anonymous=True),
    "Ed25519": lambda network: Identity(privkey=SEED),
    "secp256k1": lambda network: Identity(privkey=SEED, type="secp256k1"),
    "delegated by a key": lambda network: delegated_by_key(),
    "delegated by a canister": lambda network: delegated(*canister_identity(network, "dave")),
}


@pytest.fixture
def agent(network):
    return Agent(Identity(privkey=SEED), Client(network.url))


def test_an_update_is_seen_by_the_next_query(network, agent):
    greeter = network.greeter.text

    length = agent.update_raw(greeter, "set_greeting", text("Grüezi"), [Types.Nat64])
    greeting = agent.query_raw(greeter, "greet", text("bob"), [Types.Text])

    assert length[0]["value"] == len("Grüezi".encode())
    assert greeting[0]["value"] == "Grüezi, bob!"


@pytest.mark.parametrize("identity_on", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_the_canister_sees_who_asks(network, identity_on):
    identity = identity_on(network)
    agent = Agent(identity, Client(network.url))

    asked = agent.query_raw(network.greeter.text, "whoami", encode([]), [Types.Principal])
    called = agent.update_raw(network.greeter.text, "whoami_certified", encode([]), [Types.Principal])

    assert str(asked[0]["value"]) == str(called[0]["value"]) == identity.sender().to_str()


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("trap", "Canister called `ic0.trap` with message: 'oh no'"),
        ("refuse", "oh no"),
        ("missing", "has no update method 'missing'"),
    ],
)
def test_updates_that_fail_say_why(network, agent, method, message):
    with pytest.raises(Exception, match="Rejected") as failed:
        agent.update_raw(network.greeter.text, method, text("oh no"))

    assert message in str(failed.value)


def test_queries_that_fail_return_the_reason(network, agent):
    # The client hands out the message in place of a result.
    answer = agent.query_raw(network.greeter.text, "missing", encode([]))

    assert "has no query method 'missing'" in answer


def test_an_update_that_is_not_let_in_ends_the_polling(network, agent):
    with pytest.raises(Exception, match="Rejected"):
        agent.update_raw(network.greeter.text, "unwelcome", text(""))


def test_an_interface_is_discovered_and_used(network, agent):
    greeter = Canister(agent, network.greeter.text)

    greeter.set_greeting("Ciao")

    assert greeter.greet("bob") == ["Ciao, bob!"]


def test_canisters_are_made_and_upgraded_or_left_as_they_were(network, agent):
    management = Canister(agent, "aaaaa-aa", candid=MANAGEMENT)
    created = management.provisional_create_canister_with_cycles({"amount": []})
    canister_id = created[0]["canister_id"].to_str()

    def install(name: str, mode: str) -> None:
        module = list(network.module_files[name].read_bytes())
        record = {"mode": {mode: None}, "canister_id": canister_id, "wasm_module": module, "arg": list(NO_ARGUMENTS)}
        management.install_code(record)

    install("greeter", "install")
    agent.update_raw(canister_id, "set_greeting", text("Salut"), [Types.Nat64])
    with pytest.raises(Exception, match="this upgrade fails"):
        install("greeter_broken", "upgrade")
    kept = agent.query_raw(canister_id, "greet", text("bob"), [Types.Text])[0]["value"]
    install("greeter_next", "upgrade")

    assert kept == "Salut, bob!"
    assert agent.query_raw(canister_id, "greet", text("bob"), [Types.Text])[0]["value"] == "Salut again, bob!"


def test_an_agent_goes_on_after_a_restart(network, agent):
    greeter = network.greeter.text
    agent.update_raw(greeter, "set_greeting", text("Before"), [Types.Nat64])

    network.restart()

    assert agent.query_raw(greeter, "greet", text("bob"), [Types.Text])[0]["value"] == "Before, bob!"
    assert agent.update_raw(greeter, "set_greeting", text("After"), [Types.Nat64])[0]["value"] == 5


def test_calls_and_queries_may_be_awaited(network, agent):
    greeter = network.greeter.text

    async def both() -> tuple[list[dict], list[dict]]:
        length = await agent.update_raw_async(greeter, "set_greeting", text("Hola"), [Types.Nat64])
        return length, await agent.query_raw_async(greeter, "greet", text("bob"), [Types.Text])

    length, greeting = asyncio.run(both())

    assert (length[0]["value"], greeting[0]["value"]) == (4, "Hola, bob!")


def test_certified_state_can_be_read(network, agent):
    greeter = network.greeter.text

    assert canister_module_hash(agent, greeter) == network.module_hash.hex()
    assert [each.to_str() for each in canister_controllers(agent, greeter)] == [network.controller.text]
    assert certified_time(agent, greeter) > 1_700_000_000_000_000_000


def test_a_path_that_may_not_be_read_is_refused(network, agent):
    with pytest.raises(ValueError, match="Invalid path requested"):
        agent.read_state_raw(network.greeter.text, [[b"canister"]])
