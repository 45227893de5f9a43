"""How a message fails: one exception for refusals, one for traps.

`Reject` may be raised anywhere below routing and becomes a reject response in one place. `Trap` ends one execution
and undoes it; it is caught in exactly one function. Codes: interface spec, "Reject codes" and "Error codes".
"""

from __future__ import annotations

from enum import IntEnum


class RejectCode(IntEnum):
    SYS_FATAL = 1
    SYS_TRANSIENT = 2
    DESTINATION_INVALID = 3
    CANISTER_REJECT = 4
    CANISTER_ERROR = 5
    SYS_UNKNOWN = 6


class Reject(Exception):
    """A call is refused. `error_code` is `IC` and four digits; the hundreds digit repeats the reject code."""

    def __init__(self, code: RejectCode, message: str, error_code: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.error_code = error_code


class Trap(BaseException):
    """An execution ended in an error; everything it did since its last commit point is undone.

    Not an `Exception`, because canister code may catch those, and no canister may survive its own trap.
    """

    def __init__(self, message: str, error_code: str = "IC0502") -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code
