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
OWN_CANISTERS = ("greeter", "greeter_next", "greeter_broken", "signer", "uncertified")
CONTROLLER_SEED = b"\x01" * 32
NOBODY = Principal.from_counter(0x8000_0000_001F_0000)
"""The id of a canister that does not exist."""


@dataclass(frozen=True, slots=True)
class Network:
    url: str
    root_key_der: bytes
    greeter: Principal
    signer: Principal
    website: Principal
    uncertified: Principal
    controller: Principal
    module_files: dict[str, Path]
    """What may be installed, by name."""
    agent: HttpAgent
    """Speaks for the controller."""
    service: Service

    @property
    def module_hash(self) -> bytes:
        """Of the greeter."""
        return hashlib.sha256(self.module_files["greeter"].read_bytes()).digest()

    @property
    def subnet_id(self) -> Principal:
        return Principal.self_authenticating(self.root_key_der)

    def start(self) -> None:
        self.service.start()
        wait_until(lambda: _is_healthy(self.url), self.service, timeout_seconds=START_SECONDS_MAX)

    def restart(self) -> None:
        """Stop the process and start it again on the same data and port."""
        self.service.stop()
        self.start()


@contextmanager
def running_network(folder: Path) -> Iterator[Network]:
    folder.mkdir(parents=True, exist_ok=True)
    module_files = _write_modules(folder)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    service = Service("replica", ["replica", "--data", str(folder), "--port", str(port)], folder / "replica.log")
    service.start()
    try:
        wait_until(lambda: _is_healthy(url), service, timeout_seconds=START_SECONDS_MAX)
        agent = HttpAgent(url, FastIdentity(CONTROLLER_SEED))
        yield Network(
            url=url,
            root_key_der=cbor2.loads(httpx.get(f"{url}/api/v2/status", trust_env=False).content)["root_key"],
            greeter=_install(agent, module_files["greeter"]),
            signer=_install(agent, module_files["signer"]),
            website=_install(agent, module_files["website"]),
            uncertified=_install(agent, module_files["uncertified"]),
            controller=agent.principal,
            module_files=module_files,
            agent=agent,
            service=service,
        )
        agent.close()
    finally:
        service.stop()


def _write_modules(folder: Path) -> dict[str, Path]:
    """Bundle what the tests install, allow it, and leave it in files, from where clients read it."""
    modules = {name: bundle(name, CLIENTS) for name in OWN_CANISTERS} | {"website": bundle("website", ROOT)}
    hashes = [hashlib.sha256(module).hexdigest() for module in modules.values()]
    (folder / "allowed-modules").write_text("".join(f"{each}\n" for each in hashes))
    files = {name: folder / f"{name}.module" for name in modules}
    for name, file in files.items():
        file.write_bytes(modules[name])
    return files


def website_interface() -> Interface:
    return parse_did((ROOT / "canisters/website/website.did").read_text())


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_/health", trust_env=False).text == "healthy"
    except httpx.HTTPError:
        return False


def _install(agent: HttpAgent, module_file: Path) -> Principal:
    module = module_file.read_bytes()
    canister_id = management.create_canister(agent, cycles=CYCLES)
    chunk_hashes = management.upload_module(agent, canister_id, module)
    management.install_module(agent, canister_id, module, mode="install", arg=NO_ARGUMENTS, chunk_hashes=chunk_hashes)
    return canister_id
