"""The JavaScript agents, unmodified and with verification on: @icp-sdk/core 6.1.0 and @dfinity/agent 3.4.3.

The stories themselves are in node/stories.mjs; Node runs all of them once per client, and each is a test here.
"""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path

import pytest

from replica.principal import Principal
from tests.clients.network import Network

pytestmark = pytest.mark.node

CLIENTS = ["@dfinity/agent", "@icp-sdk/core"]
STORIES = [
    "an_update_is_seen_by_the_next_query",
    "nobody_in_particular_may_ask",
    "an_ed25519_key_is_an_identity",
    "a_secp256k1_key_is_an_identity",
    "a_p256_key_is_an_identity",
    "a_session_key_speaks_for_its_identity",
    "a_session_key_speaks_to_its_targets_only",
    "a_trap_is_told",
    "a_reject_is_told",
    "a_missing_method_is_told",
    "a_call_that_is_not_let_in_is_told",
    "certified_state_can_be_read",
    "candid_can_be_fetched",
    "the_root_key_can_be_fetched",
    "a_wrong_root_key_is_noticed",
]
RUN_SECONDS_MAX = 120


@pytest.fixture(scope="session")
def stories_of(network, node_folder):
    """Runs the stories of a client when the first of its tests asks for them."""
    return functools.cache(lambda client: run_stories(client, network, node_folder))


def run_stories(client: str, network: Network, folder: Path) -> dict[str, str | None]:
    arguments = ["node", "run_stories.mjs", client, describe(network)]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    results: dict[str, str | None] = json.loads(done.stdout.splitlines()[-1])
    return results


def describe(network: Network) -> str:
    return json.dumps(
        {
            "url": network.url,
            "rootKey": network.root_key_der.hex(),
            "subnet": Principal.self_authenticating(network.root_key_der).text,
            "greeter": network.greeter.text,
            "website": network.website.text,
            "controller": network.controller.text,
            "moduleHash": network.module_hash.hex(),
        }
    )


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("story", STORIES)
def test_story(stories_of, client, story):
    assert stories_of(client)[story] is None


@pytest.mark.parametrize("client", CLIENTS)
def test_every_story_is_a_test(stories_of, client):
    assert list(stories_of(client)) == STORIES
