"""What a message may contain, and the checks that a new message must pass.

The same variant map is used in Candid values, in messages between canisters and in stored events: `{"Text": {"text":
"hello"}}`. A new kind of content is one more case here and in `api.py`.
"""

from typing import Any

from canisters.lib.chat.api import MessageContent

TEXT_BYTES_MAX = 5_000


def refusal(content: MessageContent) -> Any:
    """Why a new message with this content is refused, as a case of SendMessageResult; None if it is fine."""
    text = content["Text"]["text"]
    if not text or text.isspace():
        return {"MessageEmpty": None}
    # Most texts are far below the limit in characters already, so they need no encoding to be measured.
    if len(text) * 4 > TEXT_BYTES_MAX:
        length = len(text.encode())
        if length > TEXT_BYTES_MAX:
            return {"TextTooLong": {"length_provided": length, "max_length": TEXT_BYTES_MAX}}
    return None


def read(value: Any) -> MessageContent | None:
    """Content that came from another canister, without anything else that stood there; None if nobody could send it."""
    content: Any = value.get("Text") if isinstance(value, dict) else None
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(text, str):
        return None
    known: MessageContent = {"Text": {"text": text}}
    return known if refusal(known) is None else None


def preview(content: MessageContent, *, characters_max: int = 200) -> str:
    """The text that a notification shows."""
    return content["Text"]["text"][:characters_max]
