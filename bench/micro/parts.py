"""Which part of the replica a moment belongs to, told from the Python stack.

A stack is read from the innermost frame outwards; the first frame that a place below names decides. Code that everybody
shares and no place names (principals, msgpack, the standard library) counts for whoever called it, and so does C.
"""

from __future__ import annotations

import sysconfig
from types import CodeType, FrameType
from typing import Final

from parley.places import ROOT

OTHER: Final = "everything else"

# A place is a path, or a path and a function; the longest that fits is meant. Canister code carries relative paths.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "envelope: CBOR, request id, checks": ("replica/ingress", "replica/certification/plain_cbor.py"),
    "envelope: signature": ("replica/ingress/public_keys.py",),
    "admission, inspect_message": ("replica/routing/admission.py",),
    "routing: queues, contexts, history": ("replica/routing", "replica/management", "replica/reject.py"),
    "candid": ("replica/candid", "replica/execution/conversion"),
    "canister code": ("canisters", "kybra"),
    "execution: driver, system API": ("replica/execution", "replica/routing/message_api.py"),
    "stable maps": (
        "replica/execution/stable_maps.py",
        "replica/execution/map_codecs.py",
        "replica/state/stable_state.py",
    ),
    "timers": ("replica/state/timers.py",),
    "records: canisters, ingress, subnet": ("replica/state",),
    "message transactions": ("replica/state/store.py",),
    "commit to disk": ("replica/state/store.py:commit_round",),
    "state tree": (
        "replica/state/state_tree.py",
        "replica/certification/trie.py",
        "replica/certification/label_tree.py",
        "replica/certification/subtree.py",
        "replica/certification/tree_nodes.py",
        "replica/certification/hash_tree.py",
    ),
    "certificate: BLS signature": ("replica/certification/keys.py", "replica/certification/bls.py"),
    "certificate: witness, CBOR": ("replica/certification/certificate.py", "replica/routing/certifier.py"),
    "answer: CBOR": ("bench/micro/workload.py:encode_answer",),
}

_PARTS: Final = {place: part for part, places in PLACES.items() for place in places}
_ROOT: Final = f"{ROOT}/"
_STANDARD_LIBRARY: Final = f"{sysconfig.get_path('stdlib')}/"
_known: dict[CodeType, str | None] = {}


def part_of(frame: FrameType | None) -> str:
    """The part that the innermost named frame belongs to."""
    while frame is not None:
        code = frame.f_code
        part = _known[code] if code in _known else _known.setdefault(code, _part_of_code(code))
        if part is not None:
            return part
        frame = frame.f_back
    return OTHER


def place_of(code: CodeType) -> str:
    """Path and function."""
    return f"{_path(code)}:{code.co_name}"


def _part_of_code(code: CodeType) -> str | None:
    path = _path(code)
    place = f"{path}:{code.co_name}"
    while place:
        if place in _PARTS:
            return _PARTS[place]
        place = place.rpartition(":" if ":" in place else "/")[0]
    return None


def _path(code: CodeType) -> str:
    """Within site-packages, the standard library or the repository, whichever holds it."""
    path = code.co_filename.rpartition("site-packages/")[2]
    return path.removeprefix(_STANDARD_LIBRARY).removeprefix(_ROOT)
