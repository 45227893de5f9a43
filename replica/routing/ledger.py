"""Cycles on their way: what messages cost, what calls hold back, and what comes home. `docs/cycles.md` tells it whole.

A call takes from its sender, inside the sender's transaction, the cycles it carries and a reserve for its costs. Both
are in `Canister.cycles_in_flight` until the response arrives: then the call is paid, and the rest returns. What a
callee accepts moves when its execution commits. So at any commit, what was minted is in a balance, in flight, or burnt.
"""

from __future__ import annotations

from typing import Final

from replica.management import prices
from replica.reject import Reject
from replica.routing.messages import CallResponse, CanisterCall, Origin, Response
from replica.state import consumption
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

_RESERVED: Final = prices.CALL + prices.RESPONSE_RESERVED


def reserved(method: str, arg: bytes) -> int:
    """What a call holds back beside the cycles it carries."""
    return _RESERVED + prices.CALL_BYTE * (len(method) + len(arg))


class Ledger:
    def __init__(self, state: ReplicatedState) -> None:
        self._state = state
        self._subnet = state.subnet
        self._canisters = state.canisters

    def charge(self, canister: Canister, use: int, amount: int) -> None:
        """Burn up to `amount` of a balance, between messages, so that a trap does not undo it."""
        self._canisters.mark_changed(canister)
        self._state.burn(canister, use, amount)

    def note_accepted(self, origin: Origin, amount: int) -> None:
        """Cycles that came with a call are no longer in flight: they are in somebody's balance now."""
        if not amount or not isinstance(origin, CanisterCall):
            return
        if self._still_exists(origin.sender):
            self._canisters.mark_changed(origin.sender)
            origin.sender.cycles_in_flight -= amount
        else:
            self._subnet.cycles_burnt -= amount  # they were counted as burnt when their sender was deleted

    def receive(self, message: CallResponse) -> None:
        """A response is here: the call is paid from its reserve, and what is left returns with the refund."""
        self._settle(message.call, message.refund, _size_bytes(message.response))

    def time_out(self, call: CanisterCall) -> None:
        """The caller waits no longer: the call is paid; the cycles it carried stay in flight until they are lost."""
        self._settle(call, 0, 0)

    def lose(self, call: CanisterCall, refund: int) -> None:
        """What returns to a caller that waits no longer."""
        if refund and self._still_exists(call.sender):
            self._canisters.mark_changed(call.sender)
            call.sender.cycles_in_flight -= refund
            self._subnet.cycles_burnt += refund

    def _settle(self, call: CanisterCall, refund: int, response_bytes: int) -> None:
        canister = call.sender
        if not self._still_exists(canister):
            return  # all it had in flight was burnt with it
        self._canisters.mark_changed(canister)
        returned = refund + reserved(call.method, call.arg)
        canister.cycles_in_flight -= returned
        canister.balance += returned
        price = prices.CALL + prices.CALL_BYTE * (len(call.method) + len(call.arg) + response_bytes)
        self._state.burn(canister, consumption.TRANSMISSION, price)

    def _still_exists(self, canister: Canister) -> bool:
        return self._canisters.get(canister.id) is canister


def _size_bytes(response: Response) -> int:
    return len(response.message) if isinstance(response, Reject) else len(response)
