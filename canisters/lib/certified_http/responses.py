"""What is certified about one response: its status, some of its headers, and its body.

The *expression* says which headers count; it is sent along, and its hash stands in the tree above the hash of the
response. Interface spec, "HTTP Gateway protocol", "Response hash calculation".
"""

from hashlib import sha256

from canisters.lib.certified_http.hash_tree import EMPTY, Node, fork, labeled, leaf

Header = tuple[str, str]
Entry = dict[bytes, list[bytes]]


def certified_headers_expression(names: list[str]) -> str:
    """Any request is fine; of the response the body, the status and the headers called `names` are certified."""
    quoted = ",".join(f'"{name.lower()}"' for name in names)
    return (
        "default_certification(ValidationArgs{certification:Certification{no_request_certification:Empty{},"
        "response_certification:ResponseCertification{certified_response_headers:ResponseHeaderList{headers:["
        + quoted
        + "]}}}})"
    )


def expression_digest(expression: str) -> bytes:
    return sha256(expression.encode()).digest()


def response_digest(status: int, headers: list[Header], body_sha256: bytes, expression: str) -> bytes:
    """`headers` are the certified ones; duplicates count each."""
    pairs = [_pair(name.lower(), value.encode()) for name, value in headers]
    pairs.append(_pair("ic-certificateexpression", expression.encode()))
    pairs.append(_pair(":ic-cert-status", _leb128(status)))
    return sha256(sha256(b"".join(sorted(pairs))).digest() + body_sha256).digest()


def merge_entries(entries: list[Entry]) -> Entry:
    """One entry that allows every answer that one of `entries` allows."""
    merged: Entry = {}
    for entry in entries:
        for expression, digests in entry.items():
            merged[expression] = sorted({*merged.get(expression, []), *digests})
    return merged


def entry_node(entry: Entry) -> Node:
    """Expression, then the empty label of "any request", then one label for each response."""
    below = {expression: labeled(b"", _label_set(digests)) for expression, digests in entry.items()}
    return _forks([labeled(expression, below[expression]) for expression in sorted(below)])


def _label_set(labels: list[bytes]) -> Node:
    return _forks([labeled(label, leaf(b"")) for label in sorted(labels)])


def _forks(nodes: list[Node]) -> Node:
    if not nodes:
        return EMPTY
    if len(nodes) == 1:
        return nodes[0]
    middle = len(nodes) // 2
    return fork(_forks(nodes[:middle]), _forks(nodes[middle:]))


def _pair(name: str, value: bytes) -> bytes:
    return sha256(name.encode()).digest() + sha256(value).digest()


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
