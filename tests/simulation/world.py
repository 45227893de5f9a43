"""A warmed-up world: everything deployed, some people registered, then frozen as a folder to begin runs from.

Making one takes seconds, copying one a millisecond. A world is made with its own seed and no faults, so every run of
every seed begins from the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parley.deployment import MODULES, Deployment
from parley.management import upload_module
from replica.clock import VirtualClock
from replica.execution.kybra_engine import KybraEngine
from replica.principal import Principal
from replica.rng import SeededRng
from replica.routing.config import ReplicaConfig, allow_every_module
from tests.fixtures.people import OPERATOR, RELAY, Bundles, Person, System
from tests.fixtures.replica import LocalReplica
from tests.fixtures.strangers import Stranger

PEOPLE: Final = 24
REGISTERED: Final = 18
NEXT_VERSION: Final = "0.2.0"

Change = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class World:
    folder: Path
    """A data directory nobody uses; runs begin with a copy of it."""
    time_ns: int
    deployment: Deployment
    registered: Mapping[str, Principal]
    """User canisters by user name; the other names of `names` are free."""
    names: tuple[str, ...]
    stranger: Principal
    """A canister that mallory wrote herself, registered as hers."""
    modules: Mapping[str, bytes]
    next_user_module: bytes
    next_user_chunks: tuple[bytes, ...]
    """Hashes of its chunks, which are in the store of the user index."""


def make_world(folder: Path, *, change: Change | None = None) -> World:
    """Deploy into `folder`, with the canisters' source changed by `change` (to plant a bug)."""
    clock = VirtualClock()
    config = ReplicaConfig(is_module_allowed=allow_every_module, is_durable=False)
    replica = LocalReplica(folder / "world", engine=KybraEngine(), clock=clock, rng=SeededRng(0), config=config)
    bundles = Bundles(folder / "source")
    system = System(replica, bundles, {name: bundles.get(name, version="this", change=change) for name in MODULES})
    try:
        return _populate(system, folder, change)
    finally:
        replica.close()
        (folder / "world" / "state" / "lock.mdb").unlink()


def _populate(system: System, folder: Path, change: Change | None) -> World:
    system.deploy(pool_target=3)
    names = tuple(f"person{number:02}" for number in range(PEOPLE))
    registered = {name: Person(system, name).user_id for name in names[:REGISTERED]}
    stranger = Stranger.take_over(Person(system, "mallory"), folder)
    next_module = system.bundles.get("user", version="next", change=lambda canisters: _next_version(canisters, change))
    chunks = upload_module(system.operator, system.deployment["user_index"], next_module)
    system.wait(minutes=30)
    return World(
        folder=folder / "world",
        time_ns=system.clock.now_ns(),
        deployment=system.deployment,
        registered=registered,
        names=names,
        stranger=stranger.canister_id,
        modules=system.modules,
        next_user_module=next_module,
        next_user_chunks=tuple(chunks),
    )


def _next_version(canisters: Path, change: Change | None) -> None:
    """Another module that does the same."""
    if change is not None:
        change(canisters)
    path = canisters / "lib" / "version.py"
    path.write_text(path.read_text() + "\n# The next version.\n")


def copy_data(source: Path, target: Path) -> None:
    """What `kill -9` leaves behind: every file as it is. LMDB's lock file would name this live process as the dead
    one whose readers are to be cleared, so it stays behind; LMDB makes a new one."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("lock.mdb"))


__all__ = ["OPERATOR", "RELAY", "World", "copy_data", "make_world"]
