"""Candid records that the interfaces of several canisters share."""

from kybra import Record, nat32


class LengthError(Record):
    length_provided: nat32
    max_length: nat32


class LengthTooShortError(Record):
    length_provided: nat32
    min_length: nat32
