"""What a peer's answer to `c2c_push_events` means for the outbox; pure rules."""

from typing import Any, NamedTuple

from canisters.lib import c2c


class Settlement(NamedTuple):
    """The peer is done with every item below `next_number`: it keeps them (`is_stored`) or turned them away."""

    next_number: int
    is_stored: bool


def settlement(batch: list[dict[str, Any]], answer: dict[str, Any]) -> Settlement | None:
    """None if the items must be sent again: the call failed, or the peer could not take them yet."""
    if "Err" in answer:
        return None
    name, payload = c2c.case(answer["Ok"])
    if name == "Blocked":
        # As in OpenChat, somebody who is blocked sees an ordinary chat that is never read.
        return Settlement(batch[-1]["seq"] + 1, is_stored=False)
    next_number = payload.get("next") if name == "Success" and isinstance(payload, dict) else None
    # A peer that stops before our first item would have us send the same batch again and again without a pause.
    if not isinstance(next_number, int) or next_number <= batch[0]["seq"]:
        return None
    return Settlement(next_number, is_stored=True)


def newest_message(batch: list[dict[str, Any]], next_number: int) -> int | None:
    """The message index of the newest message below `next_number`, in the sender's numbering."""
    indexes = [
        item["sender_message_index"] for item in batch if item["kind"] == "message" and item["seq"] < next_number
    ]
    return indexes[-1] if indexes else None
