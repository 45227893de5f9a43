"""Candid as text and as bytes, with errors that can be caught."""

from kybra import CandidError, blob, ic, query, text


@query
def encode(value: text) -> blob:
    return ic.candid_encode(value)


@query
def decode(value: blob) -> text:
    return ic.candid_decode(value)


@query
def encode_or_complain(value: text) -> text:
    try:
        return ic.candid_encode(value).hex()
    except CandidError:
        return "a CandidError"


@query
def decode_or_complain(value: blob) -> text:
    try:
        return ic.candid_decode(value)
    except CandidError:
        return "a CandidError"
