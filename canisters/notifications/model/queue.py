"""The numbers of the queue: how many indexes one notification takes, and which it gives.

A notification to many people is stored once but takes one index for every `RECIPIENTS_PER_ENVELOPE` of them, so that
an envelope with all subscriptions of its recipients always fits into one answer. The relay needs to know nothing of it.
"""

QUEUE_MAX = 100_000
ENVELOPES_PER_POLL_MAX = 100
RECIPIENTS_PER_ENVELOPE = 400
PAYLOAD_BYTES_MAX = 4_096
RECIPIENTS_MAX = 100_000
# An answer is built up to this size and may then exceed it by one envelope, which has at most 2.6 MB.
ANSWER_BYTES_MAX = 300_000


def envelope_count(recipient_count: int) -> int:
    return (recipient_count + RECIPIENTS_PER_ENVELOPE - 1) // RECIPIENTS_PER_ENVELOPE


def recipients_of_envelope(recipients: list[bytes], number: int) -> list[bytes]:
    """The share of envelope `number` (from 0) of a notification."""
    start = number * RECIPIENTS_PER_ENVELOPE
    return recipients[start : start + RECIPIENTS_PER_ENVELOPE]
