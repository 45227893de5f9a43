"""Tells the notifications canister about messages that arrived. Nobody waits for it and nothing depends on it.

The payload is JSON, because a service worker reads it without a library (decision 6).
"""

import json
from typing import Any

from kybra import Principal

from canisters.lib import c2c, env
from canisters.lib.chat import content
from canisters.user import state


def received(chat: dict[str, Any], arrived: list[dict[str, Any]]) -> None:
    if not arrived:
        return
    notifications = state.load_profile()["notifications"]
    recipients = [env.canister_id_bytes()]
    for event in arrived:
        request = c2c.request(recipients=recipients, payload=payload(chat, event))
        c2c.notify(notifications, "c2c_push_notification", request)


def payload(chat: dict[str, Any], event: dict[str, Any]) -> bytes:
    sender = Principal(chat["them"]).to_str()
    fields = {
        "type": "direct_message",
        "sender": sender,
        # The name that the user index vouched for, not the one the sender wrote.
        "sender_name": chat["name"],
        "chat_id": sender,
        "message_index": event["m"]["n"],
        "event_index": event["index"],
        "text": content.preview(event["m"]["x"]),
        "timestamp": event["t"],
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
