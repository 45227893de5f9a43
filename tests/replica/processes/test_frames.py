"""What is said on a channel arrives as it was said."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from replica.principal import Principal
from replica.processes import frames
from replica.processes.frames import Kind, Outcome
from replica.reject import Reject, RejectCode
from replica.routing.requests import CallRequest, QueryRejected, QueryReplied, QueryRequest, ReadStateRequest

principals = st.binary(max_size=29).map(Principal)
times = st.integers(0, 2**64 - 1)
numbers = st.integers(0, 2**53)
ids = st.binary(min_size=32, max_size=32)
rejects = st.builds(Reject, st.sampled_from(RejectCode), st.text(), st.none() | st.text())


def received(frame: bytes) -> tuple[Any, ...]:
    unpacker = frames.unpacker()
    for byte in (frame[:1], frame[1:]):
        unpacker.feed(byte)
    (only,) = unpacker
    return only


@given(
    numbers,
    st.booleans(),
    st.builds(CallRequest, ids, principals, principals, st.text(), st.binary(), times, principals),
)
def test_a_call_arrives_as_it_was_sent(number, is_welcome, request):
    frame = received(frames.pack_call(number, Kind.CALL, request, is_welcome=is_welcome, timeout_seconds=10.0))

    assert frame[:4] == (number, Kind.CALL, is_welcome, 10.0)
    assert frames.read_call(frame[4:]) == request


@given(numbers, st.builds(QueryRequest, ids, principals, principals, st.text(), st.binary(), principals))
def test_a_query_arrives_as_it_was_sent(number, request):
    frame = received(frames.pack_query(number, request))

    assert frame[:2] == (number, Kind.QUERY)
    assert frames.read_query(frame[2:]) == request


@given(numbers, st.builds(QueryReplied, st.binary(), times, st.binary()))
def test_a_reply_arrives_as_it_was_sent(number, reply):
    frame = received(frames.pack_query_reply(number, reply))

    assert frame[0] == number
    assert frames.read_query_reply(frame[1], frame[2:]) == reply


@given(
    numbers,
    st.builds(QueryRejected, st.sampled_from(RejectCode), st.text(), st.none() | st.text(), times, st.binary()),
)
def test_a_rejected_query_arrives_as_it_was_sent(number, reply):
    frame = received(frames.pack_query_reply(number, reply))

    assert frame[:2] == (number, Outcome.REJECTED)
    assert frames.read_query_reply(frame[1], frame[2:]) == reply


@given(
    numbers,
    st.builds(
        ReadStateRequest,
        principals,
        st.lists(st.lists(st.binary()).map(tuple)).map(tuple),
        st.none() | principals,
        st.sampled_from((2, 3)),
        st.none() | st.frozensets(principals),
    ),
)
def test_a_question_for_the_state_arrives_as_it_was_sent(number, request):
    frame = received(frames.pack_read_state(number, request))

    assert frames.read_read_state(frame[2:]) == request


@given(rejects)
def test_a_refusal_arrives_as_it_was_sent(reject):
    arrived = frames.read_reject(received(frames.pack(*frames.reject_fields(reject))))

    assert (arrived.code, arrived.message, arrived.error_code) == (reject.code, reject.message, reject.error_code)
