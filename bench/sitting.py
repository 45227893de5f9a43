"""One sitting: a system of its own, filled, measured beside the ceiling round by round, stopped and started again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench import runs
from bench.bare import Ceiling
from bench.figures import Figures
from bench.generate import check_not_dry, generate
from bench.group import GroupRun
from bench.peer.server import synapse_python
from bench.peer.synapse import Synapse, running_synapse
from bench.processes import memory_mib, pid_of
from bench.requests_file import Script
from bench.results import Results, Series
from bench.runs import CLIENTS, Pair
from bench.top_up import top_up
from parley.agent import HttpAgent
from parley.identity import FastIdentity
from parley.places import DataDirectory
from parley.problems import Problem
from parley.temporary import RunningSystem, temporary_system
from replica.principal import Principal

DELIVERIES: Final = 200
REGISTERING_CLIENTS: Final = 16

Report = Callable[[str], None]


class Sitting:
    def __init__(self, folder: Path, people: int, rounds: int, seconds: float, report: Report) -> None:
        """Everything is kept in `folder`; `report` is told each figure when it is there."""
        if people < 2 * max(CLIENTS):
            raise Problem(f"{max(CLIENTS)} clients need {2 * max(CLIENTS)} people.")
        self._folder = folder
        self._data = folder / "data"
        self._people = people
        self._rounds = rounds
        self._seconds = seconds
        self._report = report
        self._results = Results(rounds=rounds, seconds=seconds, people=people)

    def measure(self) -> Results:
        ceiling = Ceiling(self._folder)
        started_at = time.perf_counter()
        with temporary_system(self._data) as system:
            self._note_start("first start, from nothing to deployed", started_at)
            self._note_memory(system, "nobody registered")
            identities, user_ids = self._fill(system)
            pairs = runs.pairs_of(identities[: 2 * max(CLIENTS)], user_ids)
            with HttpAgent(system.addresses.replica_url, identities[0]) as agent:
                top_up(agent, user_ids[: 2 * max(CLIENTS)])
            self._try_deliveries(system, pairs[0], identities[1])
            with self._peer() as peer:
                for number in range(self._rounds):
                    self._round(system, pairs, ceiling, peer, is_reversed=number % 2 == 1)
            self._note_memory(system, "after all messages")
            self._results.group = GroupRun(system, identities, user_ids).measure(self._report)
        self._results.stored_mib = _size_mib(self._data)
        self._start_again()
        return self._results

    def _fill(self, system: RunningSystem) -> tuple[list[FastIdentity], list[Principal]]:
        """Register everybody; returns who they are and their canisters."""
        port, deployment, results = system.addresses.port, system.deployment, self._results
        results.registrations, identities = runs.register(
            port, deployment, self._people, clients=REGISTERING_CLIENTS, report=self._report
        )
        self._say("registrations", REGISTERING_CLIENTS, results.registrations)
        self._note_memory(system, f"{self._people:,} people registered")
        return identities, runs.user_ids_of(system.addresses.replica_url, deployment, identities)

    def _try_deliveries(self, system: RunningSystem, pair: Pair, reader: FastIdentity) -> None:
        found = runs.readable_at_once(system.addresses.replica_url, pair, reader, count=DELIVERIES)
        self._results.readable_at_once = (found, DELIVERIES)

    @contextmanager
    def _peer(self) -> Iterator[Synapse | None]:
        python = synapse_python()
        if python is None:
            yield None
            return
        with running_synapse(python, self._folder / "synapse", max(CLIENTS)) as synapse:
            self._results.peer_name = f"Synapse {synapse.version}"
            yield synapse

    def _round(
        self, system: RunningSystem, pairs: list[Pair], ceiling: Ceiling, peer: Synapse | None, *, is_reversed: bool
    ) -> None:
        """Everybody side by side. The order changes with each round, for the sake of whatever the first suffers."""
        for clients in CLIENTS:
            steps = self._steps(system, pairs[:clients], ceiling, peer)
            for what, series, run in reversed(steps) if is_reversed else steps:
                figures = check_not_dry(run())
                series.setdefault(clients, []).append(figures)
                self._say(what, clients, figures)

    def _steps(
        self, system: RunningSystem, pairs: list[Pair], ceiling: Ceiling, peer: Synapse | None
    ) -> list[tuple[str, Series, Callable[[], Figures]]]:
        """What is run with as many clients as there are `pairs`, and where it is noted."""
        results, clients, seconds = self._results, len(pairs), self._seconds
        steps: list[tuple[str, Series, Callable[[], Figures]]] = [
            ("messages", results.messages, partial(self._ask, system, runs.message_scripts, pairs)),
            ("ceiling", results.ceiling, partial(ceiling.run, clients, seconds)),
            ("updates", results.empty_updates, partial(self._ask, system, runs.empty_updates_scripts, pairs)),
        ]
        if peer is not None:
            steps.append(("peer's messages", results.peer_messages, partial(peer.send_messages, clients, seconds)))
            steps.append(("peer's syncs", results.peer_syncs, partial(peer.sync_nothing, clients, seconds)))
        return steps

    def _ask(
        self, system: RunningSystem, make_scripts: Callable[[int, list[Pair]], list[Script]], pairs: list[Pair]
    ) -> Figures:
        port, watched = system.addresses.port, [(pid_of(system.replica), "replica")]
        return generate(port, make_scripts(port, pairs), watched=watched, seconds=self._seconds)

    def _start_again(self) -> None:
        started_at = time.perf_counter()
        with temporary_system(self._data) as system:
            self._note_start(f"second start with {self._people:,} people, to the first page and the relay", started_at)
            self._note_memory(system, f"{self._people:,} people, after a restart")

    def _note_start(self, what: str, started_at: float) -> None:
        self._results.start_seconds[what] = seconds = time.perf_counter() - started_at
        self._report(f"{what}: {seconds:.2f} s")

    def _note_memory(self, system: RunningSystem, moment: str) -> None:
        self._results.memory_mib[moment] = memory_mib(pid_of(system.replica), "replica")

    def _say(self, what: str, clients: int, figures: Figures) -> None:
        used = ", ".join(f"{name} {micros:.0f}" for name, micros in figures.cpu_micros.items())
        self._report(
            f"{what:>15}, {clients:>2} clients: {figures.per_second:>8,.0f}/s, p50 {figures.p50_ms:6.2f} ms, "
            f"p99 {figures.p99_ms:6.2f} ms, generator {figures.cpu_share:.0%} of one processor; µs each: {used}"
        )


def _size_mib(folder: Path) -> float:
    """What the files occupy; the store is sparse."""
    paths = [path for path in DataDirectory(folder).replica.rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks * 512 for path in paths) / 2**20
