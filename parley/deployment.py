"""What has been deployed where: the canister ids of one network, kept in `deployment.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parley.problems import Problem
from replica.principal import Principal

FILE_NAME: Final = "deployment.json"

# The canisters that exist once. `user` and `group` are installed by their indexes.
CANISTERS: Final = ("user_index", "group_index", "notifications", "website")
CHILD_OF: Final = {"user_index": "user", "group_index": "group"}
MODULES: Final = (*CANISTERS, *CHILD_OF.values())


@dataclass(slots=True)
class Deployment:
    """Canister ids by name. Saved after each creation, so that a deployment cut short goes on where it was."""

    canisters: dict[str, Principal] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Principal:
        return self.canisters[name]

    def is_complete(self) -> bool:
        return all(name in self.canisters for name in CANISTERS)

    @classmethod
    def load(cls, path: Path) -> Deployment:
        if not path.exists():
            return cls()
        try:
            canisters = json.loads(path.read_text())["canisters"]
            return cls({name: Principal.from_text(text) for name, text in canisters.items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(
                f"{path} is damaged: {error}",
                "It says which canister is which. Restore it, or begin anew with another --data.",
            ) from error

    def save(self, path: Path) -> None:
        content = {"canisters": {name: principal.text for name, principal in sorted(self.canisters.items())}}
        replace_file(path, json.dumps(content, indent=2).encode() + b"\n")


def read_dfx_ids(path: Path, network: str) -> Deployment:
    """The ids that dfx wrote to `canister_ids.json`: `{name: {network: id}}`."""
    content = json.loads(path.read_text())
    return Deployment({name: Principal.from_text(content[name][network]) for name in CANISTERS if name in content})


def replace_file(path: Path, content: bytes) -> None:
    """Write a file such that a crash leaves either the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def allow_modules(path: Path, modules: Iterable[tuple[str, bytes]]) -> None:
    """Add (name, hash) to the replica's allow-list. Old hashes stay: some canisters still run them."""
    known = path.read_text() if path.exists() else "# SHA-256 of the modules this replica may run; one a line.\n"
    added = "".join(
        f"# {name}\n{module_hash.hex()}\n" for name, module_hash in modules if module_hash.hex() not in known
    )
    if added or not path.exists():
        replace_file(path, (known + added).encode())
