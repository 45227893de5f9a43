"""Published values: hash trees from the interface specification, responses from an independent implementation."""

from base64 import b64encode
from hashlib import sha256

import cbor2

from canisters.lib.certified_http.folders import root_digest, update_folders, witness
from canisters.lib.certified_http.hash_tree import (
    EMPTY,
    encode_texts,
    encode_tree,
    fork,
    labeled,
    leaf,
    node_digest,
    pruned,
)
from canisters.lib.certified_http.paths import exact_path, fallback_paths, segments_of_url
from canisters.lib.certified_http.responses import entry_node, expression_digest, response_digest

SPACED_EXPRESSION = (
    "default_certification(ValidationArgs{certification: Certification{no_request_certification: Empty{}, "
    "response_certification: ResponseCertification{certified_response_headers: ResponseHeaderList{headers: "
    '["content-type"]}}}})'
)


def spec_tree():
    a = labeled(b"a", fork(fork(labeled(b"x", leaf(b"hello")), EMPTY), labeled(b"y", leaf(b"world"))))
    return fork(fork(a, labeled(b"b", leaf(b"good"))), fork(labeled(b"c", EMPTY), labeled(b"d", leaf(b"morning"))))


def test_the_tree_of_the_specification_has_its_published_root():
    assert node_digest(spec_tree()).hex() == "eb5c5b2195e62d996b84c9bcc8259d19a83786a2f59e0878cec84c811f669aa0"


def test_a_pruned_node_stands_for_what_it_replaces():
    tree = spec_tree()

    assert node_digest(fork(pruned(node_digest(tree[1])), tree[2])) == node_digest(tree)


def test_an_expression_is_hashed_as_it_is_sent():
    expected = "3cedc3e3dbb2539eecbc96c53ce6de4c2587d9d831db4787beeddf906a7f41ce"

    assert expression_digest(SPACED_EXPRESSION).hex() == expected


def test_the_response_of_the_appendix_has_its_hash():
    digest = response_digest(200, [("content-type", "text/plain")], sha256(b"hello").digest(), SPACED_EXPRESSION)

    assert digest.hex() == "0b9cabee3a834aa0a90d17ae617f1c870c51fa692324a7fccfa1f2b8fe4ef975"


def test_a_tree_with_one_exact_entry_has_the_root_of_the_appendix():
    response = response_digest(200, [("content-type", "text/plain")], sha256(b"hello").digest(), SPACED_EXPRESSION)
    entry = entry_node({expression_digest(SPACED_EXPRESSION): [response]})
    folders = update_folders({(b"a.txt", b"<$>"): node_digest(entry)}, lambda _: [])

    assert root_digest(folders[()]).hex() == "b8b33898666d8c7ce400a9ca5c7db607fdbb98ce50fb8f5eb0c40c0ecb219fd7"


def test_a_wildcard_that_skips_certification_encodes_as_in_the_appendix():
    digest = expression_digest("default_certification(ValidationArgs{no_certification:Empty{}})")
    entry = labeled(digest, leaf(b""))
    tree = witness([(b"<*>",)], lambda _: [(b"<*>", node_digest(entry))], lambda _: entry)

    assert digest.hex() == "c31abadbd0b059f9d464fd6df4da9e2dc087ae7d0b40468d337226d413b33723"
    assert b64encode(encode_tree(tree)).decode() == (
        "2dn3gwJJaHR0cF9leHBygwJDPCo+gwJYIMMautvQsFn51GT9bfTani3Ah659C0BGjTNyJtQTszcjggNA"
    )
    assert b64encode(encode_texts(["http_expr", "<*>"])).decode() == "2dn3gmlodHRwX2V4cHJjPCo+"


def test_long_labels_and_texts_are_encoded_as_any_reader_of_cbor_expects():
    label = bytes(300)

    tree = cbor2.loads(encode_tree(labeled(label, leaf(b"x" * 70))))
    texts = cbor2.loads(encode_texts(["y" * 500, "z" * 30]))

    assert [list(part) if isinstance(part, tuple | list) else part for part in tree] == [2, label, [3, b"x" * 70]]
    assert list(texts) == ["y" * 500, "z" * 30]


def test_urls_are_read_as_verifiers_read_them():
    assert segments_of_url("/") == [""]
    assert segments_of_url("//") == [""]
    assert segments_of_url("/dir/?q=/x") == ["dir", ""]
    assert segments_of_url("/a%20b.txt") == ["a b.txt"]
    assert segments_of_url("//a%2Fb#part") == ["a", "b"]
    assert exact_path(["dir", ""]) == (b"dir", b"", b"<$>")


def test_a_fallback_shows_every_more_specific_place():
    assert set(fallback_paths(["a", "b"])) == {
        (b"a", b"b", b"<$>"),
        (b"a", b"b", b"<*>"),
        (b"a", b"", b"<*>"),
        (b"a", b"<*>"),
        (b"", b"<*>"),
        (b"<*>",),
    }


def test_folders_after_changes_equal_folders_made_afresh():
    before = {(b"a", b"<$>"): b"1" * 32, (b"d", b"x", b"<$>"): b"2" * 32, (b"d", b"y", b"<$>"): b"3" * 32}
    folders = update_folders(before, lambda _: [])
    changes = {(b"a", b"<$>"): None, (b"d", b"x", b"<$>"): b"4" * 32, (b"e", b"", b"<$>"): b"5" * 32}

    folders.update(update_folders(changes, lambda path: folders.get(path, [])))

    after = {(b"d", b"x", b"<$>"): b"4" * 32, (b"d", b"y", b"<$>"): b"3" * 32, (b"e", b"", b"<$>"): b"5" * 32}
    assert {path: folder for path, folder in folders.items() if folder} == update_folders(after, lambda _: [])
