"""Brings the whole system to the state of this repository, through an `Agent`, and changes only what differs.

1. Create the canisters that exist once, and remember their ids.
2. Install or upgrade those whose module hash differs from the bundle's.
3. Give each index the module of its children (user, group); it installs them into new canisters and upgrades old ones.
4. Upload the web client.

What is there is read from the canisters themselves, so a deployment that was cut short simply goes on, and a second
one does nothing. The command line and the tests share this code; only the agent differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parley import management, website_upload
from parley.agent import Agent
from parley.deployment import CANISTERS, CHILD_OF, Deployment
from parley.interfaces import ask, call, interface
from parley.version import version
from replica.principal import Principal

TRILLION: Final = 1_000_000_000_000
# Created out of nothing, off mainnet only: the indexes pay for every canister they create.
INDEX_CYCLES: Final = 10_000_000 * TRILLION
OTHER_CYCLES: Final = 10_000 * TRILLION


class DeployError(Exception):
    """A canister did not accept what it was given."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one deployment to the next, besides the modules."""

    relay: Principal
    vapid_public_key: str
    environment: str = "development"
    web_folder: Path | None = None
    pool_target: int = 20
    user_limit: int = 1_000_000
    cycles: Mapping[str, int] = field(default_factory=lambda: {name: _cycles(name) for name in CANISTERS})


def deploy(
    agent: Agent,
    modules: Mapping[str, bytes],
    settings: Settings,
    *,
    deployment: Deployment | None = None,
    remember: Callable[[Deployment], None] = lambda _: None,
    report: Callable[[str], None] = lambda _: None,
) -> Deployment:
    """Deploy `modules` (by canister name). `remember` is told whenever an id is new, `report` what is being done."""
    deployment = deployment or Deployment()
    for name in CANISTERS:
        if name not in deployment.canisters:
            report(f"creating {name}")
            deployment.canisters[name] = management.create_canister(agent, cycles=settings.cycles[name])
            remember(deployment)
    for name in CANISTERS:
        _ensure_module(agent, deployment, name, modules[name], settings, report)
    publish(agent, deployment, modules, settings, report=report)
    return deployment


def publish(
    agent: Agent,
    deployment: Deployment,
    modules: Mapping[str, bytes],
    settings: Settings,
    *,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """What follows once the four canisters run: the modules of their children, and the web client."""
    for index, child in CHILD_OF.items():
        _ensure_child_module(agent, deployment[index], index, child, modules[child], report)
    if settings.web_folder is not None:
        config = website_upload.client_config(
            deployment, environment=settings.environment, vapid_public_key=settings.vapid_public_key
        )
        assets = website_upload.collect_assets(settings.web_folder, config)
        if count := website_upload.upload_assets(agent, deployment["website"], assets):
            report(f"web client uploaded, {count} files")


def _ensure_module(
    agent: Agent,
    deployment: Deployment,
    name: str,
    module: bytes,
    settings: Settings,
    report: Callable[[str], None],
) -> None:
    canister_id = deployment[name]
    installed = management.canister_status(agent, canister_id)["module_hash"]
    if installed == hashlib.sha256(module).digest():
        return
    report(f"{'upgrading' if installed else 'installing'} {name}")
    management.install_module(
        agent,
        canister_id,
        module,
        mode="upgrade" if installed else "install",
        arg=_init_arg(deployment, name, settings),
        chunk_hashes=management.upload_module(agent, canister_id, module),
    )


def _ensure_child_module(
    agent: Agent, index_id: Principal, index: str, child: str, module: bytes, report: Callable[[str], None]
) -> None:
    module_hash = hashlib.sha256(module).digest()
    chunk_hashes = management.upload_module(agent, index_id, module)
    if ask(agent, index, index_id, "metrics")[f"{child}_module_hash"] == module_hash:
        return
    report(f"giving {index} the module of {child}")
    request = {"version": version(), "module_hash": module_hash, "chunk_hashes": chunk_hashes}
    result = call(agent, index, index_id, f"upgrade_{child}_canister_wasm", request)
    if "Success" not in result:
        raise DeployError(f"{index} refused the module of {child}: {result}")


def _init_arg(deployment: Deployment, name: str, settings: Settings) -> bytes:
    user_index, group_index = deployment["user_index"], deployment["group_index"]
    if name == "website":
        return bytes(interface(name).encode_init())
    arguments: dict[str, dict[str, object]] = {
        "user_index": {
            "group_index_canister_id": group_index,
            "notifications_canister_id": deployment["notifications"],
            "pool_target": settings.pool_target,
            "user_limit": settings.user_limit,
        },
        "group_index": {
            "user_index_canister_id": user_index,
            "notifications_canister_id": deployment["notifications"],
            "pool_target": settings.pool_target,
        },
        "notifications": {
            "user_index_canister_id": user_index,
            "group_index_canister_id": group_index,
            "push_service_principals": [settings.relay],
        },
    }
    return bytes(interface(name).encode_init(arguments[name]))


def _cycles(name: str) -> int:
    return INDEX_CYCLES if name in CHILD_OF else OTHER_CYCLES
