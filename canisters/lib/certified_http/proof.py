"""The two headers that carry the proof: the certificate with the witness, and the expression."""

from base64 import b64encode

from canisters.lib.certified_http.folders import Path
from canisters.lib.certified_http.hash_tree import Node, encode_texts, encode_tree
from canisters.lib.certified_http.responses import Header


def proof_headers(expression: str, path: Path, tree: Node, certificate: bytes | None) -> list[Header]:
    """`path` is where in the tree the answer stands. There is no certificate in replicated calls, whose answer is
    certified as a whole."""
    expression_header = ("IC-CertificateExpression", expression)
    if certificate is None:
        return [expression_header]
    labels = ["http_expr", *[label.decode() for label in path]]
    value = ", ".join(
        [
            f"certificate=:{_base64(certificate)}:",
            f"tree=:{_base64(encode_tree(tree))}:",
            f"expr_path=:{_base64(encode_texts(labels))}:",
            "version=2",
        ]
    )
    return [("IC-Certificate", value), expression_header]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
