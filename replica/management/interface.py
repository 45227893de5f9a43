"""The interface of the management canister, read once from `management.did`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from replica.candid.did import Interface, parse_did
from replica.candid.types import CandidError
from replica.reject import Reject, RejectCode

INTERFACE: Final[Interface] = parse_did(Path(__file__).with_name("management.did").read_text())


def decode_args(method: str, arg: bytes) -> dict[str, Any]:
    """The argument record of a method; empty for one without argument. Raises `Reject`."""
    try:
        values = INTERFACE.decode_args(method, arg)
    except CandidError as error:
        text = f"Error decoding candid: {error}"
        raise Reject(RejectCode.CANISTER_REJECT, text, "IC0408") from error
    return dict(values[0]) if values else {}
