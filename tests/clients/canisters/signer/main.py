"""A canister that signs whatever it is asked to, as Internet Identity signs delegations. Only for tests.

A canister signs by certifying a tree that holds the hash of the message under the hash of a seed. `prepare` certifies
that tree, `signature` hands it out with the certificate. Interface spec, "Canister signatures".
"""

from hashlib import sha256

from kybra import blob, ic, query, update, void

_SELF_DESCRIBE = bytes.fromhex("d9d9f7")
_BLOB_OF_32 = bytes.fromhex("5820")


@update
def prepare(seed: blob, message: blob) -> void:
    tree = _leaf(b"")
    for label in (sha256(message).digest(), sha256(seed).digest(), b"sig"):
        tree = _labeled(label, tree)
    ic.set_certified_data(tree)


@query
def signature(seed: blob, message: blob) -> blob:
    """Valid if nothing else was prepared meanwhile."""
    certificate = ic.data_certificate() or b""
    path = [b"\x83\x02\x43sig"]
    path += [b"\x83\x02" + _BLOB_OF_32 + sha256(part).digest() for part in (seed, message)]
    tree = b"".join(path) + b"\x82\x03\x40"
    size = len(certificate).to_bytes(2, "big")
    return _SELF_DESCRIBE + b"\xa2\x6bcertificate\x59" + size + certificate + b"\x64tree" + tree


def _leaf(value: bytes) -> bytes:
    return sha256(b"\x10ic-hashtree-leaf" + value).digest()


def _labeled(label: bytes, below: bytes) -> bytes:
    return sha256(b"\x13ic-hashtree-labeled" + label + below).digest()
