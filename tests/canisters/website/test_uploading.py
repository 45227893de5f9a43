"""Batches, the asset list, who may write, and what an upgrade keeps."""

from __future__ import annotations

import hashlib

import pytest

from parley.agent import AgentRejected
from parley.bundler import bundle
from parley.interfaces import interface
from parley.places import ROOT
from replica.principal import ANONYMOUS
from replica.reject import Reject
from tests.canisters.website.conftest import Website, create, fill
from tests.fixtures.replica import ALICE, BOB, MALLORY

CONTENT = b"<p>content</p>"


def test_a_batch_becomes_visible_all_at_once(website):
    website.stores("/old.txt", b"old", content_type="text/plain")
    batch = website.begins()
    chunks = [website.sends(batch, part) for part in (b"<p>", b"content", b"</p>")]
    before = website.certified_data()

    assert website.get("/index.html")["status_code"] == 404
    assert website.certified_data() == before

    operations = [create("/index.html"), fill("/index.html", *chunks, sha256=hashlib.sha256(CONTENT).digest())]
    website.commits(batch, *operations, {"DeleteAsset": {"key": "/old.txt"}})

    assert website.get("/index.html")["body"] == CONTENT
    assert website.get("/old.txt")["status_code"] == 404


def test_a_failed_commit_changes_nothing(website):
    website.stores("/index.html", CONTENT)
    before = website.certified_data()
    batch = website.begins()
    chunk = website.sends(batch, b"new")

    with pytest.raises(AgentRejected, match="sha256"):
        website.commits(batch, {"Clear": {}}, create("/index.html"), fill("/index.html", chunk, sha256=bytes(32)))

    assert website.certified_data() == before
    assert website.get("/")["body"] == CONTENT

    website.commits(batch, fill("/index.html", chunk))
    assert website.get("/")["body"] == b"new"


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (create("index.html"), "must start with /"),
        (create("/a//b"), "no URL can name"),
        (create("/<$>"), "no URL can name"),
        (create("/x", "text/html\r\nset-cookie: a=b"), "content type"),
        (create("/x", headers=[("set-cookie", "a=b")]), "set by the website"),
        (create("/x", headers=[("x-y", "a\r\nb: c")]), "characters"),
        (create("/index.html", "image/png"), "asset already exists"),
        (fill("/missing.html"), "asset not found"),
        (fill("/index.html", 999), "chunk 999 is not in batch"),
        (fill("/index.html", encoding="zip"), "content encoding"),
        ({"UnsetAssetContent": {"key": "/missing.html", "content_encoding": "gzip"}}, "asset not found"),
    ],
)
def test_operations_that_make_no_sense_are_refused_in_words(website, operation, why):
    website.stores("/index.html", CONTENT)
    batch = website.begins()

    with pytest.raises(AgentRejected, match=why):
        website.commits(batch, operation)

    assert website.get("/index.html")["body"] == CONTENT


def test_chunks_belong_to_their_batch(website):
    mine, other = website.begins(), website.begins()
    chunk = website.sends(other, b"x")

    with pytest.raises(AgentRejected, match="is not in batch"):
        website.commits(mine, create("/x"), fill("/x", chunk))


def test_batches_expire_after_five_idle_minutes(website):
    batch = website.begins()
    website.sends(batch, b"x")
    website.replica.clock.advance(minutes=4)
    chunk = website.sends(batch, b"y")
    website.replica.clock.advance(minutes=5, seconds=1)

    with pytest.raises(AgentRejected, match=f"batch {batch} is unknown or has expired"):
        website.sends(batch, b"z")
    with pytest.raises(AgentRejected, match="expired"):
        website.commits(batch, create("/x"), fill("/x", chunk))

    fresh = website.begins()
    with pytest.raises(AgentRejected, match="is not in batch"):
        website.commits(fresh, create("/x"), fill("/x", chunk))


def test_a_deleted_batch_is_gone_and_may_be_deleted_again(website):
    batch = website.begins()
    website.sends(batch, b"x")

    website.updates("delete_batch", {"batch_id": batch})
    website.updates("delete_batch", {"batch_id": batch})

    with pytest.raises(AgentRejected, match="unknown"):
        website.commits(batch)


def test_an_encoding_can_be_taken_back(website):
    website.stores("/index.html", CONTENT)
    website.stores("/index.html", b"packed", encoding="gzip")
    batch = website.begins()
    website.commits(batch, {"UnsetAssetContent": {"key": "/index.html", "content_encoding": "gzip"}})

    assert website.get("/", ("accept-encoding", "gzip"))["body"] == CONTENT


def test_clear_removes_everything(website):
    website.stores("/index.html", CONTENT)
    empty = Website(website.replica, website.replica.canister(bundle("website", ROOT))).certified_data()

    website.commits(website.begins(), {"Clear": {}})

    assert website.asks("list", {"start": None, "length": None}) == []
    assert website.certified_data() == empty


def test_the_list_shows_what_there_is_page_by_page(website):
    for number in range(3):
        website.stores(f"/{number}.txt", b"%d" % number, content_type="text/plain")
    website.stores("/1.txt", b"gz", content_type="text/plain", encoding="gzip")

    page = website.asks("list", {"start": 1, "length": 1})

    assert [details["key"] for details in website.asks("list", {"start": None, "length": None})] == [
        "/0.txt",
        "/1.txt",
        "/2.txt",
    ]
    (details,) = page
    assert details["content_type"] == "text/plain"
    assert [(one["content_encoding"], one["length"]) for one in details["encodings"]] == [("identity", 1), ("gzip", 2)]
    assert bytes(details["encodings"][0]["sha256"]) == hashlib.sha256(b"1").digest()


def test_files_are_read_back_in_parts(website):
    content = hashlib.shake_256(b"x").digest(3_200_000)
    batch = website.begins()
    chunks = [website.sends(batch, content[start : start + 1_900_000]) for start in (0, 1_900_000)]
    website.commits(batch, create("/x.bin", "application/octet-stream"), fill("/x.bin", *chunks))

    asset = website.asks("get", {"key": "/x.bin", "accept_encodings": ["gzip", "identity"]})
    parts = [bytes(asset["content"])]
    while sum(map(len, parts)) < asset["total_length"]:
        args = {"key": "/x.bin", "content_encoding": "identity", "index": len(parts), "sha256": asset["sha256"]}
        parts.append(bytes(website.asks("get_chunk", args)["content"]))

    assert b"".join(parts) == content
    for changes in ({"index": 3}, {"sha256": bytes(32)}, {"content_encoding": "br"}, {"key": "/y"}):
        with pytest.raises(AgentRejected):
            website.asks("get_chunk", {**args, **changes})
    with pytest.raises(AgentRejected, match="none of the encodings"):
        website.asks("get", {"key": "/x.bin", "accept_encodings": ["br"]})


WRITES = {
    "store": {"key": "/x", "content_type": "a/b", "content_encoding": "identity", "content": b"", "sha256": None},
    "create_batch": {},
    "create_chunk": {"batch_id": 0, "content": b""},
    "commit_batch": {"batch_id": 0, "operations": []},
    "delete_batch": {"batch_id": 0},
}


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("sender", [MALLORY, ANONYMOUS, BOB])
def test_strangers_change_nothing(website, method, sender):
    with pytest.raises(AgentRejected):
        website.updates(method, WRITES[method], sender=sender)


def test_garbage_is_refused(website):
    arg = interface("website").encode_args("store", WRITES["store"])

    for garbage in (b"", b"DIDL", arg[:-3], arg + b"\x00", b"\xff" * 100):
        with pytest.raises(Reject):
            website.replica.update(website.canister_id, "store", garbage, sender=ALICE)
    assert website.asks("list", {"start": None, "length": None}) == []


def test_an_upgrade_keeps_the_files_and_their_proofs(website):
    website.stores("/index.html", CONTENT)
    website.stores("/assets/a.js", b"x", content_type="text/javascript")
    batch = website.begins()
    chunk = website.sends(batch, b"y")
    before = website.certified_data()

    website.replica.install(website.canister_id, bundle("website", ROOT), mode="upgrade")

    assert website.certified_data() == before
    assert website.get("/")["body"] == CONTENT
    website.commits(batch, create("/y"), fill("/y", chunk))
    assert website.get("/y")["body"] == b"y"


def test_the_controller_who_upgrades_becomes_the_writer(website):
    settings = {"canister_id": website.canister_id, "settings": {"controllers": [BOB]}}
    website.replica.manage("update_settings", settings, sender=ALICE, target=website.canister_id)

    website.replica.install(website.canister_id, bundle("website", ROOT), mode="upgrade", controller=BOB)

    website.updates("create_batch", {}, sender=BOB)
    with pytest.raises(AgentRejected):
        website.updates("create_batch", {}, sender=ALICE)


def test_a_restart_keeps_everything(website):
    website.stores("/index.html", CONTENT)

    website.replica.restart()

    assert website.get("/chats/abc")["body"] == CONTENT
