"""The canister's statement of what its certificate covers: the `IC-CertificateExpression` header.

The language is the one CEL expression that the HTTP gateway protocol allows, with white space anywhere.
HTTP gateway protocol specification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


class ExpressionError(ValueError):
    """The text is not an expression of the protocol."""


@dataclass(frozen=True, slots=True)
class RequestCertification:
    headers: tuple[str, ...]
    """In lower case."""
    query_parameters: tuple[str, ...]
    """In lower case."""


@dataclass(frozen=True, slots=True)
class ResponseCertification:
    headers: tuple[str, ...]
    """In lower case."""
    are_exclusions: bool
    """All headers but these are certified."""


@dataclass(frozen=True, slots=True)
class Expression:
    request: RequestCertification | None
    response: ResponseCertification | None
    """None: the response is served without certification, on purpose."""


_STRING: Final = r'"[^"]*"'
_LIST: Final = rf"\[((?:{_STRING}(?:,{_STRING})*)?)\]"
_REQUEST: Final = (
    r"no_request_certification:Empty\{\}"
    rf"|request_certification:RequestCertification\{{certified_request_headers:{_LIST},"
    rf"certified_query_parameters:{_LIST}\}}"
)
_RESPONSE: Final = rf"(certified_response_headers|response_header_exclusions):ResponseHeaderList\{{headers:{_LIST}\}}"
_EXPRESSION: Final = re.compile(
    r"default_certification\(ValidationArgs\{(?:no_certification:Empty\{\}|"
    rf"certification:Certification\{{(?P<request>{_REQUEST}),"
    rf"response_certification:ResponseCertification\{{{_RESPONSE}\}}\}})\}}\)"
)
_SPACE_OR_STRING: Final = re.compile(rf"\s+|({_STRING})")


def parse_expression(text: str) -> Expression:
    compact = _SPACE_OR_STRING.sub(lambda match: match[1] or "", text)
    match = _EXPRESSION.fullmatch(compact)
    if match is None:
        raise ExpressionError("the certificate expression cannot be read")
    if match["request"] is None:
        return Expression(None, None)
    _, request_headers, query_parameters, kind, response_headers = match.groups()
    request = None
    if request_headers is not None:
        request = RequestCertification(_strings(request_headers), _strings(query_parameters))
    return Expression(
        request,
        ResponseCertification(_strings(response_headers), are_exclusions=kind == "response_header_exclusions"),
    )


def _strings(joined: str) -> tuple[str, ...]:
    return tuple(text.lower() for text in re.findall(r'"([^"]*)"', joined))
