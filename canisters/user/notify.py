"""Tells the notifications canister about messages that arrived. Nothing waits for it and nothing depends on it.

Most people have no browser that listens. So the notifications canister is asked now and then, by a push whose answer
says how many it reached, and as long as it reaches nobody, no others are sent. Whoever subscribes is listened to at
once (`c2c_subscribed`); should that message be lost, the next question finds out.

The payload is JSON, because a service worker reads it without a library (decision 6).
"""

import json
from collections.abc import Generator
from typing import Any

from kybra import Principal

from canisters.lib import c2c, env
from canisters.lib.chat import content
from canisters.user import state

ASK_AGAIN_MS = 600_000


def received(
    chat: dict[str, Any], arrived: list[dict[str, Any]], totals: dict[str, Any], now_ms: int
) -> dict[str, Any] | None:
    """Push what arrived if a browser listens; the caller saves the totals.

    Returns a push whose answer `ask` must wait for, when it is time to find out who listens.
    """
    is_asking = bool(arrived) and now_ms - totals.get("asked", 0) >= ASK_AGAIN_MS
    if not is_asking and not totals.get("heard", True):
        return None
    pushes = [c2c.request(recipients=[env.canister_id_bytes()], payload=payload(chat, event)) for event in arrived]
    question = None
    if is_asking:
        totals["asked"] = now_ms
        question = pushes.pop()
    for push in pushes:
        c2c.notify(state.load_profile()["notifications"], "c2c_push_notification", push)
    return question


def ask(question: dict[str, Any]) -> Generator[Any, Any, None]:
    """Push, and learn from the answer whether a browser listens. Drive it with `yield from`, right after `received`."""
    asked_ms = env.now_ms()
    answer = yield from c2c.call(state.load_profile()["notifications"], "c2c_push_notification", question)
    if "Err" in answer:
        return
    name, outcome = c2c.case(answer["Ok"])
    reached = outcome.get("reached") if name == "Success" and isinstance(outcome, dict) else None
    totals = state.load_totals()
    # Somebody who subscribed meanwhile knows better than an answer that may have been on its way already.
    if totals.get("asked") == asked_ms:
        # A notifications canister of 0.1.0 does not say whom it reached; it is pushed to as ever.
        totals["heard"] = reached != 0
        state.save_totals(totals)


def note_subscribed() -> None:
    """A browser listens from now on; the next message asks whether that is still so."""
    totals = state.load_totals()
    totals["heard"] = True
    totals["asked"] = 0
    state.save_totals(totals)


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
