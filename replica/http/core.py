"""What HTTP asks of the core, wherever the core runs.

The core may be in this process (`local_core.py`) or in another one (`replica/processes/remote_core.py`), so everything
here is asynchronous, and what crosses is plain values: the requests and replies of `routing/requests.py`, bytes,
numbers, text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from replica.principal import Principal
from replica.routing.requests import CallRequest, QueryReply, QueryRequest, ReadStateRequest


class RoundFailed(Exception):
    """A round could not be finished; whether the request was executed is unknown."""


class Core(Protocol):
    @property
    def root_key_der(self) -> bytes: ...
    @property
    def subnet_id(self) -> Principal: ...
    @property
    def node_id(self) -> Principal: ...

    async def start(self) -> None:
        """To be called once the event loop runs, before anything else."""
        ...

    async def stop(self) -> None:
        """Finish what was accepted and let go of the state."""
        ...

    async def submit(self, request: CallRequest) -> None:
        """Hand in a call whose sender will poll for its status.

        Raises `Reject` if it is refused at once. Unless the refusal is a passing overload, it is also recorded under
        the request id, since some agents look nowhere else.
        """
        ...

    async def call(self, request: CallRequest, *, timeout_seconds: float) -> bytes | None:
        """Hand in a call and wait for its end: the certificate that shows its status, or None after the time.

        Raises `Reject` if it is refused at once, and `RoundFailed`.
        """
        ...

    async def query(self, request: QueryRequest) -> QueryReply: ...

    async def read_state(self, request: ReadStateRequest) -> bytes:
        """A certificate. Raises `ReadStateError`."""
        ...

    async def oversee(self, question: str, details: Mapping[str, Any]) -> Any:
        """For the operator alone: see `replica.routing.overview`."""
        ...

    async def advance_time(self, *, seconds: float) -> None:
        """Move every clock of this replica forward; what is due then happens."""
        ...
