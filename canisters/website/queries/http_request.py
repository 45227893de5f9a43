"""Answer a browser, with a proof.

A path gets the file stored under it or an alias of it. Any other path gets the client's page if it may be one of the
client's own (it has no extension), else a 404; both are proved with the entry for everything else.
"""

from typing import Any

from kybra import query

from canisters.lib.certified_http.answers import Asset, answer
from canisters.lib.certified_http.folders import Path
from canisters.lib.certified_http.paths import (
    FALLBACK_PATH,
    exact_path,
    fallback_paths,
    key_of_segments,
    segments_of_url,
)
from canisters.website import assets, certification, streaming
from canisters.website.api import HttpRequest, HttpResponse
from canisters.website.model.keys import is_page_path


@query
def http_request(request: HttpRequest) -> HttpResponse:
    segments = segments_of_url(request["url"])
    path = key_of_segments(segments)
    found = assets.resolve(path)
    if found is not None:
        exact = exact_path(segments)
        return _respond(found, request, exact, [exact])
    page = assets.resolve(certification.INDEX_KEY) if is_page_path(path) else None
    if page is not None:
        return _respond(page, request, FALLBACK_PATH, fallback_paths(segments))
    return _not_found(fallback_paths(segments))


def _respond(found: tuple[str, dict[str, Any]], request: HttpRequest, path: Path, shown: list[Path]) -> HttpResponse:
    key, record = found
    asset = certification.certified_asset(key, record)
    reply = answer(asset, request["headers"])
    response = _response(asset, reply.status, reply.headers, path, shown)
    if reply.encoding is not None:
        response["body"] = streaming.body(record["e"][reply.encoding], 0)
        response["streaming_strategy"] = streaming.strategy(key, reply.encoding, record["e"][reply.encoding])
    return response


def _not_found(shown: list[Path]) -> HttpResponse:
    reply = answer(certification.NOT_FOUND, [])
    response = _response(certification.NOT_FOUND, reply.status, reply.headers, FALLBACK_PATH, shown)
    response["body"] = certification.NOT_FOUND_BODY
    return response


def _response(asset: Asset, status: int, headers: list[tuple[str, str]], path: Path, shown: list[Path]) -> HttpResponse:
    return {
        "status_code": status,
        "headers": [*headers, *certification.proof(asset, path, shown)],
        "body": b"",
        "upgrade": None,
        "streaming_strategy": None,
    }
