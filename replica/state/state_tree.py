"""The labelled view of the replicated state that certificates are made of. Interface spec, "The system state tree".

    /time   /request_status/<id>   /canister/<id>   /subnet/<id>   /canister_ranges/<id>

It follows the store: rounds tell it what changed, a start rebuilds it. What lies below a request is kept as a hash and
read again from its record when somebody asks; public metadata is shared by all canisters with the same code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

import cbor2

from replica.certification.hash_tree import FORK_PREFIX
from replica.certification.label_tree import Content, LabelTree, Subtree
from replica.certification.representation import leb128
from replica.certification.tree_nodes import FORK, Container, Node, Wanted, labeled_hash, write_labeled
from replica.principal import Principal
from replica.reject import Reject
from replica.state.canister import Canister
from replica.state.ingress_records import IngressRecord
from replica.state.metadata import public_metadata
from replica.state.metrics import Metrics

_SELF_DESCRIBE: Final = b"\xd9\xd9\xf7"
# Readers ask right after the round; so many statuses are kept ready for them.
_READY_STATUSES: Final = 2_000
_REPLIED_HASH: Final = labeled_hash(b"status", b"replied")


class StateTree:
    def __init__(self, load_record: Callable[[bytes], IngressRecord | None]) -> None:
        self._tree = LabelTree()
        self._load_record = load_record
        self._ready: deque[_RequestStatus] = deque()
        self.time_ns = 0

    def set_time(self, now_ns: int) -> None:
        self.time_ns = now_ns
        self._tree.set((b"time",), leb128(now_ns))

    def set_canister(self, canister: Canister, candid: str | None) -> None:
        content: dict[bytes, Content] = {
            b"canister_creation_timestamp": leb128(canister.created_at_ns),
            b"certified_data": canister.certified_data,
            b"controllers": _principals(canister.controllers),
        }
        if canister.module_hash is not None:
            content[b"last_install_timestamp"] = leb128(canister.installed_at_ns)
            content[b"module_hash"] = canister.module_hash
        if candid is not None:
            content[b"metadata"] = _metadata(candid)
        self._tree.set((b"canister", canister.id), content)

    def delete_canister(self, canister_id: Principal) -> None:
        self._tree.delete((b"canister", canister_id))

    def set_request(self, request_id: bytes, status: str, response: bytes | Reject | None) -> None:
        node = _RequestStatus(request_id, status, response, self._load)
        self._tree.set((b"request_status", request_id), node)
        if response is None:
            return  # small, and not among the finished records from which content is read again
        self._ready.append(node)
        if len(self._ready) > _READY_STATUSES:
            self._ready.popleft().forget_content()

    def delete_request(self, request_id: bytes) -> None:
        self._tree.delete((b"request_status", request_id))

    def set_subnet(
        self,
        subnet_id: Principal,
        *,
        public_key_der: bytes,
        node_key_der: bytes,
        ranges: Sequence[tuple[Principal, Principal]],
    ) -> None:
        encoded_ranges = _SELF_DESCRIBE + cbor2.dumps([[bytes(low), bytes(high)] for low, high in ranges])
        node_id = Principal.self_authenticating(node_key_der)
        self._tree.set(
            (b"subnet", subnet_id),
            {
                b"public_key": public_key_der,
                b"canister_ranges": encoded_ranges,
                b"type": b"application",
                b"node": {node_id: {b"public_key": node_key_der}},
            },
        )
        self._tree.set((b"canister_ranges", subnet_id, ranges[0][0]), encoded_ranges)

    def set_metrics(self, subnet_id: Principal, metrics: Metrics) -> None:
        self._tree.set((b"subnet", subnet_id, b"metrics"), metrics.encode())

    def canister_count(self) -> int:
        return self._tree.label_count((b"canister",))

    def root_hash(self) -> bytes:
        return self._tree.root_hash()

    def witness_cbor(self, paths: Sequence[Sequence[bytes]]) -> bytes:
        return self._tree.witness_cbor(paths)

    def _load(self, request_id: bytes) -> _Content:
        record = self._load_record(request_id)
        if record is None:
            raise AssertionError("a status in the tree has a record")
        return record.status, record.response


_Content = tuple[str, bytes | Reject | None]


class _RequestStatus(Container):
    """What lies below one request: its hash, and how to read the rest.

    Nearly all are replied and read once, as a whole, by their sender: that case is written out, others are a `Subtree`.
    """

    __slots__ = ("_content", "_hash", "_load", "_request_id")

    def __init__(
        self, request_id: bytes, status: str, response: bytes | Reject | None, load: Callable[[bytes], _Content]
    ) -> None:
        self._request_id = request_id
        self._content: _Content | None = (status, response)
        self._load = load
        if status == "replied" and isinstance(response, bytes):
            self._hash = sha256(FORK_PREFIX + labeled_hash(b"reply", response) + _REPLIED_HASH).digest()
        else:
            self._hash = self._subtree().root_hash()

    def forget_content(self) -> None:
        self._content = None

    def root_hash(self) -> bytes:
        return self._hash

    def write_witness(self, wanted: Wanted | None, out: list[bytes]) -> None:
        status, response = self._read()
        if wanted is None and status == "replied" and isinstance(response, bytes):
            out.append(FORK)
            write_labeled(b"reply", response, None, out)
            write_labeled(b"status", b"replied", None, out)
        else:
            self._subtree().write_witness(wanted, out)

    def __len__(self) -> int:
        return len(self._subtree())

    def get(self, label: bytes) -> Node | None:
        return self._subtree().get(label)

    def put(self, label: bytes, child: Node) -> Container:
        return self._subtree().put(label, child)

    def remove(self, label: bytes) -> Container | None:
        return self._subtree().remove(label)

    def _read(self) -> _Content:
        return self._load(self._request_id) if self._content is None else self._content

    def _subtree(self) -> Subtree:
        return Subtree.of(_status_content(*self._read()))


def _status_content(status: str, response: bytes | Reject | None) -> dict[bytes, Content]:
    content: dict[bytes, Content] = {b"status": status.encode()}
    if isinstance(response, Reject):
        content[b"reject_code"] = leb128(response.code)
        content[b"reject_message"] = response.message.encode()
        if response.error_code is not None:
            content[b"error_code"] = response.error_code.encode()
    elif response is not None:
        content[b"reply"] = response
    return content


@lru_cache(maxsize=1024)
def _principals(principals: tuple[Principal, ...]) -> bytes:
    return _SELF_DESCRIBE + cbor2.dumps([bytes(principal) for principal in principals])


@lru_cache(maxsize=256)
def _metadata(candid: str) -> Subtree:
    return Subtree.of({name.encode(): content for name, content in public_metadata(candid).items()})
