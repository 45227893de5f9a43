"""Who calls, what time it is, and who we are: the only place that asks the platform for them.

Principals compare by identity in Kybra, so everything that is stored, compared or used as a key is raw bytes; a
`Principal` is made only where a Candid value needs one.
"""

from kybra import Principal, ic

NANOSECONDS_PER_MILLISECOND = 1_000_000
ANONYMOUS = b"\x04"


def caller() -> Principal:
    return ic.caller()


def caller_bytes() -> bytes:
    return ic.caller().bytes


def canister_id() -> Principal:
    return ic.id()


def canister_id_bytes() -> bytes:
    return ic.id().bytes


def now_ns() -> int:
    return ic.time()


def now_ms() -> int:
    return ic.time() // NANOSECONDS_PER_MILLISECOND
