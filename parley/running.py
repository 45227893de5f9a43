"""What commands for a running replica need of it: where it is, who asks, and which canister is meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Self

import typer

from parley.addresses import Addresses, is_healthy
from parley.agent import HttpAgent
from parley.deployment import CANISTERS, Deployment
from parley.identity import FastIdentity, ensure_identity, load_identity
from parley.operator_client import OperatorClient, read_token
from parley.places import DataDirectory
from parley.problems import Problem
from replica.principal import Principal, PrincipalError

DEFAULT_DATA: Final = Path("data")
Data = Annotated[Path, typer.Option(help="Where everything that lasts is kept.")]
Identity = Annotated[
    str | None,
    typer.Option(help="Who asks: a PEM file, or the name of a key in the data directory.", show_default=False),
]
_SHOWN_MAX: Final = 5


@dataclass(frozen=True)
class Running:
    """A replica that answers, with what its data directory says about it."""

    directory: DataDirectory
    url: str
    agent: HttpAgent

    @cached_property
    def operator(self) -> OperatorClient:
        """Raises `Problem` if the data directory does not belong to whoever asks."""
        return OperatorClient(self.directory.operator_token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.close()
        if "operator" in self.__dict__:  # whoever never asked has none
            self.operator.close()

    @cached_property
    def deployment(self) -> Deployment:
        """Possibly incomplete, or empty."""
        return Deployment.load(self.directory.deployment)

    def canister(self, name: str) -> Principal:
        """The canister that is meant: by its place in the deployment, its id, or its name if only one has it."""
        if name in self.deployment.canisters:
            return self.deployment[name]
        try:
            return Principal.from_text(name)
        except PrincipalError:
            return self._canister_named(name)

    def _canister_named(self, name: str) -> Principal:
        ids = [each["id"] for each in self.operator.canisters(name) if each["name"] == name]
        if len(ids) == 1:
            return Principal.from_text(ids[0])
        if ids:
            shown = ", ".join(ids[:_SHOWN_MAX]) + (", ..." if len(ids) > _SHOWN_MAX else "")
            raise Problem(f"There are {len(ids)} canisters called {name!r}: {shown}", "Say which one by its id.")
        known = ", ".join(self.deployment.canisters or CANISTERS)
        raise Problem(f"There is no canister {name!r}.", f"Give an id, or a name such as: {known}.")


def connect(data: Path, identity: str | None = None) -> Running:
    """The replica of a data directory, to be used in a `with`. Raises `Problem` if it does not answer.

    `identity` is the deployer's key by default.
    """
    directory = DataDirectory(data.resolve())
    url = address(directory)
    if not is_healthy(url):
        raise Problem(f"Nothing answers at {url}.", "Start it with `make run`.")
    return Running(directory, url, HttpAgent(url, _identity(directory, identity)))


def address(directory: DataDirectory) -> str:
    """Where `parley up` put the replica; where the replica itself says it is, if it was started without that."""
    if not directory.addresses.exists() and directory.operator_token.exists():
        return read_token(directory.operator_token)[1]
    return Addresses.load(directory.addresses).replica_url


def complete_deployment(directory: DataDirectory) -> Deployment:
    deployment = Deployment.load(directory.deployment)
    if not deployment.is_complete():
        raise Problem(f"{directory.path} holds no complete deployment.", "`make run` makes one.")
    return deployment


def _identity(directory: DataDirectory, name: str | None) -> FastIdentity:
    if name is None:
        return ensure_identity(directory.identity("deployer"))
    for path in (Path(name), directory.identity(name)):
        if path.is_file():
            return load_identity(path)
    raise Problem(
        f"There is no key {name!r}, neither as a file nor in {directory.identities}.",
        "`python -m parley new-identity FILE` makes one.",
    )
