"""Whatever bytes or text come: a value or a `CandidError`, nothing else."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from replica.candid import text
from replica.candid.codec import compile_decoder, decode, decode_untyped, encode
from replica.candid.did import parse_did, print_did
from replica.candid.types import CandidError
from tests.replica.candid.strategies import types, types_with_values

REFUSED = contextlib.suppress(CandidError)

# Bytes that mean something in a header come more often than others.
likely_bytes = st.sampled_from(b"\x00\x01\x02\x03\x05\x80\xff" + bytes(range(0x67, 0x80)))
headers = st.lists(likely_bytes, max_size=60).map(bytes)

# Likewise words, of which random text would rarely make a type or a value.
WORDS = r"""
type service import : ; , = -> ( ) { } . opt vec record variant func blob principal query oneway nat int text null true
a b A 0 1 -1 1.5 0x1f 1e9 "x" "\u{41}" "\ff" "aaaaa-aa" // /* */
"""
words = st.sampled_from(WORDS.split())


@given(st.binary(max_size=60), types)
def test_any_bytes(data, expected):
    for message in (data, b"DIDL" + data):
        with REFUSED:
            decode([expected], message)
        with REFUSED:
            decode_untyped(message)


@given(headers, types)
def test_any_header(data, expected):
    with REFUSED:
        decode([expected], b"DIDL" + data)
    with REFUSED:
        text.decode(b"DIDL" + data)


@settings(max_examples=300)
@given(st.data(), types_with_values(), types)
def test_any_change_to_a_message(data, typed, other):
    candid_type, value = typed
    message = bytearray(encode([candid_type], [value]))
    for _ in range(data.draw(st.integers(1, 3))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(likely_bytes)
    decoders = [compile_decoder([candid_type]), compile_decoder([other]), compile_decoder([]), decode_untyped]

    for decoder in decoders:
        with REFUSED:
            decoder(bytes(message[: data.draw(st.integers(0, len(message)))]))
        with REFUSED:
            decoder(bytes(message))


@given(types_with_values(), types)
def test_any_other_type(typed, other):
    candid_type, value = typed

    with REFUSED:
        decode([other], encode([candid_type], [value]))


@given(types, st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.none()))
def test_any_value(candid_type, value):
    with REFUSED:
        encode([candid_type], [value])


@settings(max_examples=300)
@given(st.text() | st.lists(words, max_size=30).map(" ".join))
def test_any_text(source):
    with REFUSED:
        interface = parse_did(source)
        assert parse_did(print_did(interface)) == interface
    for values in (source, f"({source})"):
        with REFUSED:
            text.decode(text.encode(values))


def test_text_that_nests_without_end():
    for source in ("opt " * 20_000, "vec { " * 20_000, "(" * 20_000, "/*" * 20_000):
        with REFUSED:
            text.encode(f"({source}")
        with REFUSED:
            parse_did(f"type A = {source}")
