"""Requests as agents send them, and what agents check of the answers."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import lookup_value
from replica.certification.representation import hash_map
from replica.principal import ANONYMOUS
from tests.replica.ingress.identities import ALICE, content_of, envelope_of, read_state_of


def call_of(canister_id, method="say", arg=b"hello", person=ALICE, **changes: object) -> tuple[bytes, bytes]:
    content = content_of(person.principal, canister_id=canister_id, method_name=method, arg=arg, **changes)
    return envelope_of(content, person), hash_map(content)


def query_of(canister_id, method="ask", arg=b"hello"):
    content = content_of(ANONYMOUS, request_type="query", canister_id=canister_id, method_name=method, arg=arg)
    return envelope_of(content, None), hash_map(content)


def certified(replica, reply):
    return verify_certificate(reply["certificate"], replica.core.root_key_der)


def verified_by_node(web, replica, canister_id, reply, request_id):
    """As agents do it: the node's key comes from the certified state."""
    (signature,) = reply["signatures"]
    tree = certified(replica, web.read_state(canister_id, envelope_of(read_state_of(ANONYMOUS, [b"subnet"]), None)))
    path = (b"subnet", replica.core.subnet_id, b"node", signature["identity"], b"public_key")
    key = lookup_value(tree, path)
    signed = {name: value for name, value in reply.items() if name != "signatures"}
    signed |= {"timestamp": signature["timestamp"], "request_id": request_id}
    message = b"\x0bic-response" + hash_map(signed)
    Ed25519PublicKey.from_public_bytes(key[12:]).verify(signature["signature"], message)
    return True
