"""Certificates of the present state: one signature per root hash, made when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from replica.certification.certificate import assemble_certificate
from replica.certification.hash_tree import Path
from replica.certification.keys import RootKey
from replica.clock import Clock
from replica.state.state_tree import StateTree


class Certifier:
    def __init__(self, tree: StateTree, root_key: RootKey, clock: Clock, *, age_seconds_max: float) -> None:
        self._tree = tree
        self._root_key = root_key
        self._clock = clock
        self._age_ns_max = int(age_seconds_max * 1_000_000_000)
        self._signed_root = b""
        self._signature = b""

    def certificate(self, paths: Sequence[Path]) -> bytes:
        """The state's certificate, showing only `paths`."""
        self._keep_time()
        root = self._tree.root_hash()
        if root != self._signed_root:
            self._signed_root, self._signature = root, self._root_key.sign_state_root(root)
        return assemble_certificate(self._tree.witness_cbor(paths), self._signature)

    def _keep_time(self) -> None:
        """Readers refuse old certificates, and a replica without work has no rounds: certify the time anew."""
        now_ns = self._clock.now_ns()
        if now_ns - self._tree.time_ns > self._age_ns_max:
            self._tree.set_time(now_ns)
