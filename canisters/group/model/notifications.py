"""What a push notification from a group says: a JSON object that a service worker reads without a library.

The relay sends at most 4096 bytes. The text is cut and names are short, so the objects made here are always smaller,
however many bytes a character takes.
"""

import json
from typing import Any

from canisters.lib.chat import content


def group_message(
    *,
    chat_id: str,
    group_name: str,
    sender: str,
    sender_name: str,
    event: dict[str, Any],
    event_index: int,
) -> bytes:
    message = event["m"]
    return _encode(
        {
            "type": "group_message",
            "chat_id": chat_id,
            "group_name": group_name,
            "sender": sender,
            "sender_name": sender_name,
            "message_index": message["n"],
            "event_index": event_index,
            "text": content.preview(message["x"]),
            "timestamp": event["t"],
        }
    )


def added_to_group(*, chat_id: str, group_name: str, added_by: str, added_by_name: str, timestamp_ms: int) -> bytes:
    return _encode(
        {
            "type": "added_to_group",
            "chat_id": chat_id,
            "group_name": group_name,
            "added_by": added_by,
            "added_by_name": added_by_name,
            "timestamp": timestamp_ms,
        }
    )


def _encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
