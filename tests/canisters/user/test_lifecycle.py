"""Upgrades keep everything, versions talk to each other, and the page of the canister is served. I8, I1."""

from pathlib import Path

import pytest

from canisters.lib.version import VERSION
from replica.certification.hash_tree import lookup_value
from tests.canisters.certified_http.verifier import certificate_of, verify_response

NEXT_VERSION = "0.2.0"


def next_release(canisters):
    """The next version: it speaks protocol 2 with keys that this one does not know."""
    rewrite(canisters / "lib" / "version.py", f'VERSION = "{VERSION}"', f'VERSION = "{NEXT_VERSION}"')
    rewrite(canisters / "lib" / "c2c.py", "PROTOCOL_VERSION = 1", "PROTOCOL_VERSION = 2")
    rewrite(
        canisters / "lib" / "c2c.py",
        "    return fields\n",
        '    fields["mood"] = {"deep": [1, None]}\n    return fields\n',
    )
    rewrite(
        canisters / "user" / "model" / "sending.py",
        '        "kind": "message",',
        '        "kind": "message",\n        "stars": 5,',
    )


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def next_module(bundles):
    return bundles.get("user", version="next", change=next_release)


def test_an_upgrade_keeps_everything(system, alice, bob, next_module):
    alice.sends(bob, "hi")
    bob.marks_read(alice, 0)
    group = alice.creates_group("hiking", members=(bob,))
    before = [(person.initial_state(), person.pages(other)) for person, other in ((alice, bob), (bob, alice))]

    assert "Success" in system.give_user_module(next_module, NEXT_VERSION)

    assert system.index_metrics()["upgrades_completed"] == 2
    assert [(person.initial_state(), person.pages(other)) for person, other in ((alice, bob), (bob, alice))] == before
    alice.sends(bob, "still here")
    assert bob.reads(alice) == ["hi", "still here"]
    assert bob.leaves(group) == {"Success": None}


def test_what_waits_in_an_outbox_survives_an_upgrade(system, alice, bob, next_module):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    alice.sends(bob, "two")

    system.give_user_module(next_module, NEXT_VERSION)
    system.wait(minutes=1)

    assert bob.reads(alice) == ["one", "two"]


def test_people_on_different_versions_talk(system, alice, bob, carol, bundles, next_module):
    alice.sends(bob, "from old to old")
    system.give_user_module(next_module, NEXT_VERSION)
    assert carol.user_id
    downgrade(system, bob, bundles.get("user"))

    alice.sends(bob, "from new to old")
    bob.sends(alice, "from old to new")
    bob.marks_read(alice, 1)
    carol.sends(bob, "from new to old, for the first time")

    assert alice.reads(bob) == bob.reads(alice) == ["from old to old", "from new to old", "from old to new"]
    assert alice.summary(bob)["read_by_them_up_to"] == 1
    assert bob.reads(carol) == ["from new to old, for the first time"]


def downgrade(system, person, module):
    """Their canister goes back to this version, as somebody might who upgrades when they choose."""
    system.replica.install(person.user_id, module, mode="upgrade", controller=system.deployment["user_index"])


def test_a_restart_of_the_replica_keeps_everything(system, alice, bob):
    alice.sends(bob, "hi")
    before = alice.initial_state(), bob.initial_state()

    system.restart()

    assert (alice.initial_state(), bob.initial_state()) == before
    assert "Success" in alice.sends(bob, "still here")


@pytest.mark.parametrize(
    ("path", "status", "content_type", "text"),
    [
        ("/canister-dashboard", 200, "text/html; charset=utf-8", "<!doctype html>"),
        ("/canister-dashboard/", 200, "text/html; charset=utf-8", "<!doctype html>"),
        ("/canister-dashboard?theme=dark", 200, "text/html; charset=utf-8", "<!doctype html>"),
        ("/canister-dashboard/index.js", 200, "application/javascript", "// dashboard"),
        ("/canister-dashboard/icon.svg", 200, "image/svg+xml", "<svg"),
        ("/canister-dashboard/style.css", 200, "text/css", "body {"),
        ("/elsewhere", 404, "text/plain; charset=utf-8", "Not found"),
    ],
)
def test_the_dashboard_is_served_with_proofs(alice, path, status, content_type, text):
    response = get(alice, path)

    headers = {name.lower(): value for name, value in response["headers"]}
    assert response["status_code"] == status
    assert headers["content-type"] == content_type
    assert response["body"].decode().startswith(text)
    verify(alice, path, response)


def test_the_dashboard_is_certified_anew_after_an_upgrade(system, alice, bundles):
    def new_page(canisters: Path) -> None:
        (canisters.parent / "web" / "dist" / "dashboard" / "index.html").write_text("<!doctype html>new")

    assert alice.user_id
    system.give_user_module(bundles.get("user", version="new page", change=new_page), NEXT_VERSION)

    response = get(alice, "/canister-dashboard")

    assert response["body"] == b"<!doctype html>new"
    verify(alice, "/canister-dashboard", response)


def get(person, path):
    request = {"method": "GET", "url": path, "headers": [], "body": b"", "certificate_version": 2}
    return person.asks("http_request", request)


def verify(person, path, response):
    """The response follows from what the subnet certified for this canister."""
    tree = person.system.replica.verified(certificate_of(response))
    root = lookup_value(tree, (b"canister", bytes(person.user_id), b"certified_data"))
    verify_response(url=path, response=response, root=root)


def test_the_profile_says_when_the_person_came(system, alice):
    registered_ms = system.clock.now_ns() // 1_000_000

    assert alice.asks("public_profile") == {"username": "alice", "created": registered_ms}
