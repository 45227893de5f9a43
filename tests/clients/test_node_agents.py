"""The JavaScript agents, unmodified and with verification on: @dfinity/agent 3.4.3, @icp-sdk/core 5.4.0 and 6.1.0.

The stories themselves are in node/stories; Node runs all of them once per client, and each is a test here.
"""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path

import pytest

from tests.clients.network import NOBODY, Network

pytestmark = pytest.mark.node

CLIENTS = ["@dfinity/agent-3.4.3", "@icp-sdk/core-5.4.0", "@icp-sdk/core-6.1.0"]
STORIES = [
    "an_update_is_seen_by_the_next_query",
    "a_call_may_be_polled_for",
    "a_reject_may_be_polled_for",
    "a_trap_is_told",
    "a_reject_is_told",
    "a_missing_method_is_told",
    "a_call_that_is_not_let_in_is_told",
    "a_missing_canister_is_told",
    "nobody_in_particular_may_ask",
    "an_ed25519_key_is_an_identity",
    "a_secp256k1_key_is_an_identity",
    "a_p256_key_is_an_identity",
    "a_session_key_speaks_for_its_identity",
    "a_session_key_speaks_to_its_targets_only",
    "a_session_key_speaks_for_an_identity_that_a_canister_signs_for",
    "certified_state_can_be_read",
    "candid_can_be_fetched",
    "the_root_key_can_be_fetched",
    "a_wrong_root_key_is_noticed",
    "the_state_of_the_subnet_can_be_read",
    "the_ranges_of_the_subnet_can_be_read",
    "the_status_of_a_canister_is_understood",
    "the_logs_of_a_canister_are_understood",
    "a_canister_is_made_and_deleted",
    "a_snapshot_is_taken_and_copied_to_another_canister",
    "an_agent_finds_a_replica_that_is_a_day_ahead",
    "an_agent_goes_on_after_a_restart",
    "an_upgrade_keeps_the_data_and_changes_the_code",
    "a_trap_in_post_upgrade_changes_nothing",
]
OF_ICP_SDK_CANISTERS = {
    "the_status_of_a_canister_is_understood",
    "the_logs_of_a_canister_are_understood",
    "a_canister_is_made_and_deleted",
    "a_snapshot_is_taken_and_copied_to_another_canister",
}
WITHOUT = {
    "@dfinity/agent-3.4.3": {
        "the_state_of_the_subnet_can_be_read",
        "the_ranges_of_the_subnet_can_be_read",
        *OF_ICP_SDK_CANISTERS,
    },
    "@icp-sdk/core-5.4.0": {"the_ranges_of_the_subnet_can_be_read"},
    "@icp-sdk/core-6.1.0": OF_ICP_SDK_CANISTERS,
}
"""Stories about what a version does not have, has broken, or has no such package for."""
RUN_SECONDS_MAX = 120


@pytest.fixture(scope="session")
def stories_of(network, node_folder):
    """Runs the stories of a client when the first of its tests asks for them."""
    return functools.cache(lambda client: run_stories(client, network, node_folder))


def run_stories(client: str, network: Network, folder: Path) -> dict[str, str | None]:
    """What went wrong in each story, or None; does what the stories ask for meanwhile."""
    arguments = ["node", "run_stories.mjs", client, describe(network)]
    pipe = subprocess.PIPE
    results: dict[str, str | None] = {}
    with subprocess.Popen(arguments, cwd=folder, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            report = json.loads(line)
            if "please" in report:
                {"restart": network.restart}[report["please"]]()
                process.stdin.write("done\n")
                process.stdin.flush()
            else:
                results[report["story"]] = report["failure"]
    assert process.returncode == 0
    return results


def describe(network: Network) -> str:
    return json.dumps(
        {
            "url": network.url,
            "rootKey": network.root_key_der.hex(),
            "subnet": network.subnet_id.text,
            "greeter": network.greeter.text,
            "signer": network.signer.text,
            "website": network.website.text,
            "uncertified": network.uncertified.text,
            "nobody": NOBODY.text,
            "controller": network.controller.text,
            "moduleHash": network.module_hash.hex(),
            "modules": {name: str(file) for name, file in network.module_files.items()},
        }
    )


def stories_for(client):
    return [story for story in STORIES if story not in WITHOUT[client]]


@pytest.mark.parametrize(("client", "story"), [(client, story) for client in CLIENTS for story in stories_for(client)])
def test_story(stories_of, client, story):
    assert stories_of(client)[story] is None


@pytest.mark.parametrize("client", CLIENTS)
def test_every_story_is_a_test(stories_of, client):
    assert list(stories_of(client)) == stories_for(client)
