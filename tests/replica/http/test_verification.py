"""Hashes and expressions of response verification: values from an independent implementation."""

import base64
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.hash_tree import Labeled, Leaf, to_cbor
from replica.http.gateway.expression import (
    Expression,
    ExpressionError,
    RequestCertification,
    ResponseCertification,
    parse_expression,
)
from replica.http.gateway.host import find_target
from replica.http.gateway.interface import CanisterResponse
from replica.http.gateway.proof import VerificationError
from replica.http.gateway.verification import request_hash, response_hash, verify_response
from replica.http.messages import HttpError, Request
from replica.principal import Principal

RESPONSE_ONLY = (
    "default_certification(ValidationArgs{certification: Certification{no_request_certification: Empty{}, "
    "response_certification: ResponseCertification{certified_response_headers: ResponseHeaderList{headers: "
    '["content-type"]}}}})'
)
SKIP = "default_certification(ValidationArgs{no_certification:Empty{}})"
FULL = (
    "default_certification(ValidationArgs{certification:Certification{request_certification:RequestCertification{"
    'certified_request_headers:["accept"],certified_query_parameters:["foo"]},response_certification:'
    'ResponseCertification{response_header_exclusions:ResponseHeaderList{headers:["Date","x"]}}}})'
)


def response(**changes: object) -> CanisterResponse:
    fields = {
        "status": 200,
        "headers": (("content-type", "text/plain"), ("IC-CertificateExpression", RESPONSE_ONLY)),
        "body": b"hello",
        "wants_upgrade": False,
        "stream": None,
    }
    return CanisterResponse(**(fields | changes))


def test_expressions_hash_as_in_the_vectors():
    assert sha256(RESPONSE_ONLY.encode()).hexdigest() == (
        "3cedc3e3dbb2539eecbc96c53ce6de4c2587d9d831db4787beeddf906a7f41ce"
    )
    assert sha256(SKIP.encode()).hexdigest() == "c31abadbd0b059f9d464fd6df4da9e2dc087ae7d0b40468d337226d413b33723"


def test_expressions_are_read():
    assert parse_expression(SKIP) == Expression(None, None)
    assert parse_expression(RESPONSE_ONLY) == Expression(None, ResponseCertification(("content-type",), False))
    assert parse_expression(FULL) == Expression(
        RequestCertification(("accept",), ("foo",)), ResponseCertification(("date", "x"), True)
    )


def test_white_space_does_not_matter_outside_strings():
    spaced = FULL.replace("{", " {\n\t").replace(",", " , ").replace(":", " : ")

    assert parse_expression(spaced) == parse_expression(FULL)
    assert parse_expression(RESPONSE_ONLY.replace("content-type", "content type")).response.headers == ("content type",)


@pytest.mark.parametrize(
    "text",
    ["", "true", SKIP + SKIP, SKIP[:-1], RESPONSE_ONLY.replace('"', "'"), RESPONSE_ONLY.replace("headers", "header")],
)
def test_other_expressions_are_refused(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


def test_the_response_hash_is_that_of_the_vector():
    certification = ResponseCertification(("content-type",), are_exclusions=False)

    assert response_hash(certification, response()).hex() == (
        "0b9cabee3a834aa0a90d17ae617f1c870c51fa692324a7fccfa1f2b8fe4ef975"
    )


def test_exclusions_certify_all_other_headers():
    certification = ResponseCertification(("date",), are_exclusions=True)
    headers = response().headers

    plain = response_hash(certification, response())

    assert response_hash(certification, response(headers=(*headers, ("Date", "today")))) == plain
    assert response_hash(certification, response(headers=(*headers, ("IC-Certificate", "c")))) == plain
    assert response_hash(certification, response(headers=(*headers, ("X-More", "1")))) != plain


def test_the_request_hash_is_that_of_the_vector():
    request = Request("GET", "/q", "foo=1&bar=2", ((b"accept", b"text/plain"), (b"host", b"h")), b"")

    assert request_hash(RequestCertification(("accept",), ("foo",)), request).hex() == (
        "b53d825f0c4bef543161e13604ed5a588dff8457a59f3233d69c53faf528c222"
    )


def test_the_tree_that_skips_certification_is_that_of_the_vector():
    tree = Labeled(b"http_expr", Labeled(b"<*>", Labeled(sha256(SKIP.encode()).digest(), Leaf(b""))))

    assert base64.b64encode(b"\xd9\xd9\xf7" + to_cbor(tree)).decode() == (
        "2dn3gwJJaHR0cF9leHBygwJDPCo+gwJYIMMautvQsFn51GT9bfTani3Ah659C0BGjTNyJtQTszcjggNA"
    )


def everything_but(text):
    return f"certificate=:{text}:, tree=:{text}:, expr_path=:{text}:, version=2"


@given(st.text() | st.binary().map(lambda data: everything_but(base64.b64encode(data).decode())))
def test_any_certificate_header_verifies_or_is_refused(header):
    request = Request("GET", "/", "", (), b"")
    answer = response(headers=(("IC-Certificate", header), ("IC-CertificateExpression", RESPONSE_ONLY)))

    with pytest.raises(VerificationError):
        verify_response(request, answer, Principal.from_counter(1), root_key_der=b"", now_ns=0)


@given(st.text())
def test_any_expression_is_read_or_refused(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@given(st.text(), st.text(), st.text())
def test_any_host_is_understood_or_refused(host, query, referer):
    headers = ((b"host", host.encode()), (b"referer", referer.encode()))

    with suppress(HttpError):
        assert find_target(Request("GET", "/", query, headers, b"")) is None
