"""What the operator of a running replica may know about it: figures, canisters, interfaces and logs.

These answers pass over every canister's own rules of who sees what, so they are for the operator alone, who could read
the same from the disk. They are plain values as JSON has them, since the question may come from another process. Each
answer is short work: lists come in pages, and looking for something stops after a bounded number of canisters.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from replica.principal import Principal, PrincipalError
from replica.routing.process_memory import resident_bytes
from replica.routing.scheduler import Scheduler
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

EXAMINED_MAX: Final = 2_000
"""How many canisters one question looks at."""

Details = Mapping[str, Any]


class Overview:
    def __init__(self, state: ReplicatedState, scheduler: Scheduler) -> None:
        self._state = state
        self._scheduler = scheduler
        self._questions: dict[str, Callable[[Details], Any]] = {
            "status": self._status,
            "canisters": self._canisters,
            "canister": self._canister,
            "candid": self._candid,
            "logs": self._logs,
        }

    def answer(self, question: str, details: Details) -> Any:
        """None if the canister that `details` name does not exist. Ask between rounds only."""
        return self._questions[question](details)

    def _status(self, _: Details) -> dict[str, Any]:
        subnet = self._state.subnet
        return {
            "rounds": subnet.round_index,
            "time_ns": subnet.time_ns,
            "canisters": self._state.canisters.count(),
            "cycles": subnet.cycles_minted - subnet.cycles_burnt,
            "cycles_minted": subnet.cycles_minted,
            "cycles_burnt": subnet.cycles_burnt,
            "resident_bytes": {str(os.getpid()): resident_bytes()},
            "state_bytes": self._state.store.size_bytes(),
            "queues": self._scheduler.queue_lengths(),
        }

    def _canisters(self, details: Details) -> dict[str, Any]:
        """Up to `count` canisters after the id `after` that match `search`, and where to go on.

        `next` is None at the end; a page may be shorter than `count`, or empty, before that.
        """
        search = details["search"].strip().lower()
        exact = self._find(search)
        if exact is not None:
            return {"canisters": [self._summary(exact)], "next": None}
        found: list[dict[str, Any]] = []
        last = details["after"]
        examined = 0
        for canister in islice(self._after(last), EXAMINED_MAX):
            if len(found) == details["count"]:
                return {"canisters": found, "next": last}
            examined += 1
            last = canister.id.text
            summary = self._summary(canister)
            if _matches(summary, search):
                found.append(summary)
        return {"canisters": found, "next": last if examined == EXAMINED_MAX else None}

    def _after(self, canister_id: str | None) -> Iterator[Canister]:
        return self._state.canisters.all(after=b"" if canister_id is None else Principal.from_text(canister_id))

    def _canister(self, details: Details) -> dict[str, Any] | None:
        canister = self._find(details["id"])
        if canister is None:
            return None
        return self._summary(canister) | {
            "controllers": [controller.text for controller in canister.controllers],
            "version": canister.version,
            "created_at_ns": canister.created_at_ns,
            "installed_at_ns": canister.installed_at_ns,
            "cycles_in_flight": canister.cycles_in_flight,
            "map_entries": sum(entries for entries, _ in canister.map_totals.values()),
            "raw_pages": canister.raw_pages,
            "log_visibility": _visibility(canister.settings.log_visibility),
            "freezing_threshold_seconds": canister.settings.freezing_threshold,
        }

    def _candid(self, details: Details) -> str | None:
        """The service of a canister; empty if it has no code."""
        canister = self._find(details["id"])
        if canister is None:
            return None
        info = None if canister.module_hash is None else self._state.modules.info(canister.module_hash)
        return "" if info is None else info.candid

    def _logs(self, details: Details) -> list[dict[str, Any]] | None:
        """The records from the index `first` on, oldest first."""
        canister = self._find(details["id"])
        if canister is None:
            return None
        return [
            {"index": record.index, "time_ns": record.timestamp_ns, "text": record.content.decode(errors="replace")}
            for record in self._state.logs.records(canister)
            if record.index >= details["first"]
        ]

    def _find(self, text: str) -> Canister | None:
        try:
            return self._state.canisters.peek(Principal.from_text(text))
        except PrincipalError:
            return None

    def _summary(self, canister: Canister) -> dict[str, Any]:
        info = None if canister.module_hash is None else self._state.modules.info(canister.module_hash)
        return {
            "id": canister.id.text,
            "name": "" if info is None else info.name,
            "module_hash": None if canister.module_hash is None else canister.module_hash.hex(),
            "status": canister.status,
            "cycles": canister.balance,
            "memory_bytes": canister.stable_bytes,
        }


def _matches(summary: Details, search: str) -> bool:
    """By name, id, the start of the module hash, or status."""
    return (
        search in summary["name"]
        or search in summary["id"]
        or (summary["module_hash"] or "").startswith(search)
        or search == summary["status"]
    )


def _visibility(value: str | tuple[Principal, ...]) -> str | list[str]:
    return value if isinstance(value, str) else [viewer.text for viewer in value]
