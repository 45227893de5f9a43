"""An independent reader of certified responses: CBOR by a library, look-ups by the letter of the specification.

Shares no code with `canisters/lib/certified_http`, so that a mistake there cannot agree with itself here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote

import cbor2


class NotCertified(AssertionError):
    """The response does not follow from the certified data."""


class Absence(Enum):
    ABSENT = auto()
    UNKNOWN = auto()


def verify_response(*, url: str, response: Mapping[str, Any], root: bytes) -> None:
    """Check `response` against the certified `root`.

    Raises `NotCertified` unless the witness has that root, the entry it names may be used for `url`, and status,
    listed headers and body are those of the entry.
    """
    headers = [(name.lower(), value) for name, value in response["headers"]]
    proof = _proof(response)
    expression = dict(headers)["ic-certificateexpression"]
    tree = cbor2.loads(base64.b64decode(proof["tree"]))
    path = list(cbor2.loads(base64.b64decode(proof["expr_path"])))

    check(_digest(tree) == root, "the witness has another root")
    check(path[0] == "http_expr", "the path does not start at http_expr")
    check_path(path[1:], url, tree)
    certified = [pair for pair in headers if pair[0] in certified_names(expression)]
    labels = [
        *path,
        hashlib.sha256(expression.encode()).digest(),
        b"",
        response_hash(response["status_code"], certified, response["body"], expression),
    ]
    check(_lookup(tree, labels) == [3, b""], "the response is not among the certified ones")


def certificate_of(response: Mapping[str, Any]) -> bytes:
    return base64.b64decode(_proof(response)["certificate"])


def check_path(path: list[str], url: str, tree: Any) -> None:
    decoded = unquote(url.split("?")[0])
    segments = [segment for segment in decoded.split("/") if segment] + ([""] if decoded.endswith("/") else [])
    if path[-1] == "<$>":
        check(path[:-1] == segments, f"an exact entry for {path} cannot answer {url}")
        return
    check(path[-1] == "<*>" and segments[: len(path) - 1] == path[:-1], f"the wildcard {path} does not cover {url}")
    for better in [[*segments, "<$>"], *wildcards_below(segments, path[:-1])]:
        check(_lookup(tree, ["http_expr", *better]) is Absence.ABSENT, f"{better} is not shown to be absent")


def wildcards_below(segments: list[str], base: list[str]) -> Iterable[list[str]]:
    """Wildcards longer than `base`: for each folder on the way, the one with a slash at its end counts too."""
    for length in range(len(segments), len(base), -1):
        if segments[length - 1] != "":
            yield [*segments[:length], "<*>"]
        yield [*segments[: length - 1], "", "<*>"]


def certified_names(expression: str) -> list[str]:
    check("no_request_certification:Empty{}" in expression.replace(" ", ""), "requests are certified")
    listed = re.search(r"certified_response_headers: ?ResponseHeaderList\{headers: ?\[([^\]]*)\]", expression)
    check(listed is not None, "the expression lists no headers")
    assert listed is not None
    return [name.strip().strip('"') for name in listed.group(1).split(",") if name.strip()]


def response_hash(status: int, certified: list[tuple[str, str]], body: bytes, expression: str) -> bytes:
    fields: list[tuple[str, bytes]] = [(name, value.encode()) for name, value in certified]
    fields += [("ic-certificateexpression", expression.encode()), (":ic-cert-status", _leb(status))]
    pairs = sorted(hashlib.sha256(n.encode()).digest() + hashlib.sha256(v).digest() for n, v in fields)
    return hashlib.sha256(hashlib.sha256(b"".join(pairs)).digest() + hashlib.sha256(body).digest()).digest()


def _proof(response: Mapping[str, Any]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in response["headers"]}
    return dict(re.findall(r"(\w+)=:([^:]*):", headers["ic-certificate"]))


def check(condition: bool, why: str) -> None:
    if not condition:
        raise NotCertified(why)


def _leb(number: int) -> bytes:
    out = []
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def _digest(tree: Any) -> bytes:
    def separated(name: str, *parts: bytes) -> bytes:
        return hashlib.sha256(bytes([len(name)]) + name.encode() + b"".join(parts)).digest()

    kind = tree[0]
    if kind == 0:
        return separated("ic-hashtree-empty")
    if kind == 1:
        return separated("ic-hashtree-fork", _digest(tree[1]), _digest(tree[2]))
    if kind == 2:
        return separated("ic-hashtree-labeled", tree[1], _digest(tree[2]))
    if kind == 3:
        return separated("ic-hashtree-leaf", tree[1])
    return bytes(tree[1])


def _flatten(tree: Any) -> list[Any]:
    if tree[0] == 0:
        return []
    if tree[0] == 1:
        return _flatten(tree[1]) + _flatten(tree[2])
    return [tree]


def _lookup(tree: Any, labels: list[str | bytes]) -> Any:
    if not labels:
        return list(tree)
    wanted = labels[0].encode() if isinstance(labels[0], str) else labels[0]
    nodes = _flatten(tree)
    check(all(node[0] in (2, 4) for node in nodes) or len(nodes) == 1, "leaves among labels")
    shown = [node[1] for node in nodes if node[0] == 2]
    check(shown == sorted(set(shown)), "labels are out of order")
    for node in nodes:
        if node[0] == 2 and node[1] == wanted:
            return _lookup(node[2], labels[1:])
    return _absence(nodes, wanted)


def _absence(nodes: list[Any], wanted: bytes) -> Absence:
    """Absent if no pruned node could hold the label between its visible neighbours."""
    place = 0
    while place < len(nodes) and not (nodes[place][0] == 2 and nodes[place][1] > wanted):
        place += 1
    right_is_pruned = False
    while place > 0 and nodes[place - 1][0] == 4:
        right_is_pruned, place = True, place - 1
    return Absence.UNKNOWN if right_is_pruned else Absence.ABSENT
