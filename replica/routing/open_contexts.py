"""Call contexts that outlived an execution because calls they made are unanswered, by canister."""

from __future__ import annotations

from replica.routing.messages import CallContext
from replica.state.canister import Canister


class OpenContexts:
    def __init__(self) -> None:
        self._open: dict[Canister, dict[CallContext, None]] = {}

    def add(self, context: CallContext) -> None:
        self._open.setdefault(context.canister, {})[context] = None

    def remove(self, context: CallContext) -> None:
        """A context that was never added is no error."""
        contexts = self._open.get(context.canister)
        if contexts is not None:
            contexts.pop(context, None)
            if not contexts:
                del self._open[context.canister]

    def of(self, canister: Canister) -> list[CallContext]:
        return list(self._open.get(canister, ()))

    def total(self) -> int:
        return sum(map(len, self._open.values()))

    def count(self, canister: Canister) -> int:
        return len(self._open.get(canister, ()))
