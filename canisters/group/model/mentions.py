"""Who a message mentions, and what the senders of messages may say about themselves."""

MENTIONS_MAX = 100
NAME_BYTES_MAX = 100


def refusal(sender_name: str, mention_count: int) -> str | None:
    """What is wrong with these parts of a message, in words; None if nothing is."""
    if len(sender_name.encode()) > NAME_BYTES_MAX:
        return f"sender_name has more than {NAME_BYTES_MAX} bytes"
    if mention_count > MENTIONS_MAX:
        return f"more than {MENTIONS_MAX} people are mentioned"
    return None
