"""The files: create, fill, look up, delete. Each change names the keys that `certification` must look at again.

A record is a map: `t` content type, `a` maximum age in seconds or None, `h` own headers, `l` whether aliases lead to
it, `e` its encodings: name -> {`h` SHA-256, `n` length, `r` runs, `m` time of change in nanoseconds}.
"""

from typing import Any

from canisters.lib import env
from canisters.website import content, state
from canisters.website.errors import WebsiteError
from canisters.website.model import headers as header_rules
from canisters.website.model.keys import aliased_keys, key_problem

ENCODINGS = ["identity", "gzip", "br", "deflate"]
_CONTENT_TYPE_BYTES_MAX = 128
_HEADERS_BYTES_MAX = 1_000


def create(
    key: str,
    content_type: str,
    *,
    max_age_seconds: int | None = None,
    headers: list[tuple[str, str]] | None = None,
    is_aliased: bool = True,
) -> None:
    """Make sure that the file exists with these properties; its content, if it has any, stays."""
    problem = key_problem(key)
    if problem is not None:
        raise WebsiteError(f"key {key!r} {problem}")
    _check_headers(content_type, headers or [])
    known = state.record(key)
    if known is not None and known["t"] != content_type:
        raise WebsiteError(f"asset already exists with another content type: {key!r} is {known['t']!r}")
    encodings = known["e"] if known is not None else {}
    pairs = [[name, value] for name, value in headers or []]
    state.put_record(key, {"t": content_type, "a": max_age_seconds, "h": pairs, "l": is_aliased, "e": encodings})


def set_content(key: str, encoding: str, runs: list[list[int]], expected_sha256: bytes | None) -> None:
    """Give the file these bytes in this encoding; what it had in that encoding is deleted."""
    if encoding not in ENCODINGS:
        raise WebsiteError(f"content encoding {encoding!r} is none of {', '.join(ENCODINGS)}")
    record = find(key)
    actual = content.runs_sha256(runs)
    if expected_sha256 is not None and expected_sha256 != actual:
        raise WebsiteError(f"sha256 of {key!r} does not match the content")
    content.delete_runs(record["e"].get(encoding, {"r": []})["r"])
    length = sum(run[1] for run in runs)
    record["e"][encoding] = {"h": actual, "n": length, "r": runs, "m": env.now_ns()}
    state.put_record(key, record)


def unset_content(key: str, encoding: str) -> None:
    record = find(key)
    removed = record["e"].pop(encoding, None)
    if removed is not None:
        content.delete_runs(removed["r"])
        state.put_record(key, record)


def delete(key: str) -> None:
    record = state.record(key)
    if record is None:
        return
    for encoding in record["e"].values():
        content.delete_runs(encoding["r"])
    state.records.remove(key)


def find(key: str) -> dict[str, Any]:
    record = state.record(key)
    if record is None:
        raise WebsiteError(f"asset not found: {key!r}")
    return record


def find_content(key: str, encoding: str) -> dict[str, Any]:
    found = find(key)["e"].get(encoding)
    if found is None:
        raise WebsiteError(f"asset {key!r} has no content in encoding {encoding!r}")
    return found


def resolve(path: str) -> tuple[str, dict[str, Any]] | None:
    """The file that answers for a path, under its own key or an alias; files without content answer for nothing."""
    record = state.record(path)
    if record is not None and record["e"]:
        return path, record
    for key in aliased_keys(path):
        record = state.record(key)
        if record is not None and record["e"] and record["l"]:
            return key, record
    return None


def _check_headers(content_type: str, headers: list[tuple[str, str]]) -> None:
    if len(content_type) > _CONTENT_TYPE_BYTES_MAX or header_rules.header_problem("x", content_type) is not None:
        raise WebsiteError(f"content type {content_type!r} is not one")
    if sum(len(name) + len(value) for name, value in headers) > _HEADERS_BYTES_MAX:
        raise WebsiteError(f"headers have more than {_HEADERS_BYTES_MAX} bytes")
    for name, value in headers:
        problem = header_rules.header_problem(name, value)
        if problem is not None:
            raise WebsiteError(f"header {name!r} {problem}")
