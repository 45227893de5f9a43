"""ic-py 1.0.1, unmodified: version 2 of every endpoint, polling, untagged CBOR, no nonces."""

import json

import pytest
from ic.agent import Agent
from ic.candid import Types, encode
from ic.client import Client
from ic.identity import DelegateIdentity, Identity
from ic.system_state import canister_controllers, canister_module_hash
from ic.system_state import time as certified_time

from replica.certification.representation import hash_map

# The client passes bytes to httpx the old way.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")

SEED = "07" * 32
TEXT = [{"type": Types.Text}]


def text(value):
    return encode([{"type": Types.Text, "value": value}])


def delegated_identity():
    """A session key that speaks for another key, in the form in which AuthClient exports it."""
    root, session = Identity(privkey="08" * 32), Identity(privkey="09" * 32)
    delegation = {"pubkey": session.der_pubkey, "expiration": 2**63}
    _, signature = root.sign(b"\x1aic-request-auth-delegation" + hash_map(delegation))
    link = {"pubkey": session.der_pubkey.hex(), "expiration": f"{2**63:x}"}
    chain = {"delegations": [{"delegation": link, "signature": signature.hex()}], "publicKey": root.der_pubkey.hex()}
    return DelegateIdentity.from_json(json.dumps(["", session.privkey]), json.dumps(chain))


IDENTITIES = {
    "anonymous": Identity(anonymous=True),
    "Ed25519": Identity(privkey=SEED),
    "secp256k1": Identity(privkey=SEED, type="secp256k1"),
    "delegated": delegated_identity(),
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


@pytest.mark.parametrize("identity", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_the_canister_sees_who_asks(network, identity):
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


def test_certified_state_can_be_read(network, agent):
    greeter = network.greeter.text

    assert canister_module_hash(agent, greeter) == network.module_hash.hex()
    assert [each.to_str() for each in canister_controllers(agent, greeter)] == [network.controller.text]
    assert certified_time(agent, greeter) > 1_700_000_000_000_000_000


def test_a_path_that_may_not_be_read_is_refused(network, agent):
    with pytest.raises(ValueError, match="Invalid path requested"):
        agent.read_state_raw(network.greeter.text, [[b"canister"]])
