"""A replica in a process of its own, with the canisters that the clients under test talk to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cbor2
import httpx

from parley import management
from parley.agent import HttpAgent
from parley.bundler import bundle
from parley.identity import FastIdentity
from parley.places import ROOT
from parley.processes import Service, wait_until
from parley.temporary import free_ports
from replica.candid.did import Interface, parse_did
from replica.principal import Principal

CLIENTS = Path(__file__).parent
CYCLES = 10**13
START_SECONDS_MAX = 60.0
NO_ARGUMENTS = b"DIDL\x00\x00"


@dataclass(frozen=True, slots=True)
class Network:
    url: str
    root_key_der: bytes
    greeter: Principal
    website: Principal
    controller: Principal
    module_hash: bytes
    """Of the greeter."""
    agent: HttpAgent
    """Speaks for the controller."""


@contextmanager
def running_network(folder: Path) -> Iterator[Network]:
    modules = {"greeter": bundle("greeter", CLIENTS), "website": bundle("website", ROOT)}
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {name: hashlib.sha256(module).digest() for name, module in modules.items()}
    (folder / "allowed-modules").write_text("".join(f"{each.hex()}\n" for each in hashes.values()))
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    service = Service("replica", ["replica", "--data", str(folder), "--port", str(port)], folder / "replica.log")
    service.start()
    try:
        wait_until(lambda: _is_healthy(url), service, timeout_seconds=START_SECONDS_MAX)
        agent = HttpAgent(url, FastIdentity(b"\x01" * 32))
        yield Network(
            url=url,
            root_key_der=cbor2.loads(httpx.get(f"{url}/api/v2/status", trust_env=False).content)["root_key"],
            greeter=_install(agent, modules["greeter"]),
            website=_install(agent, modules["website"]),
            controller=agent.principal,
            module_hash=hashes["greeter"],
            agent=agent,
        )
        agent.close()
    finally:
        service.stop()


def website_interface() -> Interface:
    return parse_did((ROOT / "canisters/website/website.did").read_text())


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_/health", trust_env=False).text == "healthy"
    except httpx.HTTPError:
        return False


def _install(agent: HttpAgent, module: bytes) -> Principal:
    canister_id = management.create_canister(agent, cycles=CYCLES)
    chunk_hashes = management.upload_module(agent, canister_id, module)
    management.install_module(agent, canister_id, module, mode="install", arg=NO_ARGUMENTS, chunk_hashes=chunk_hashes)
    return canister_id
