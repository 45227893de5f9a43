"""Keys in files, and signatures that anybody can check."""

import stat

import pytest
from ic.identity import Identity

from parley.identity import FastIdentity, ensure_identity, load_identity, write_private
from parley.problems import Problem
from parley.vapid import ensure_vapid_key, public_key_text
from tests.fixtures.rfc8291 import from_base64url

SEED = bytes(range(32))


def test_the_principal_is_that_of_the_published_vector():
    """The same key gives the same principal in the clients of other languages."""
    expected = "yavxl-ppty4-enezb-hcalr-cdgzv-zoexx-7od3c-urvk6-rfzs4-552ct-7ae"

    assert FastIdentity(SEED).principal.text == expected


def test_signatures_are_those_of_ic_py():
    assert FastIdentity(SEED).sign(b"a message") == Identity(SEED.hex()).sign(b"a message")


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "identities" / "alice.pem"

    first, second = ensure_identity(path), ensure_identity(path)

    assert first.principal == second.principal
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_reported_and_left_alone(tmp_path, content):
    path = tmp_path / "alice.pem"
    write_private(path, content.encode())

    with pytest.raises(Problem, match=r"alice\.pem is not a private key in PEM"):
        ensure_identity(path)
    assert path.read_text() == content


def test_a_key_that_others_can_read_is_not_used(tmp_path):
    path = tmp_path / "alice.pem"
    ensure_identity(path)
    path.chmod(0o644)

    with pytest.raises(Problem, match="can be read by others"):
        ensure_identity(path)


def test_a_push_key_that_others_can_read_is_not_used(tmp_path):
    path = tmp_path / "vapid.pem"
    ensure_vapid_key(path)
    path.chmod(0o640)

    with pytest.raises(Problem, match="can be read by others"):
        ensure_vapid_key(path)


def test_ic_py_reads_the_same_key_from_the_file(tmp_path):
    path = tmp_path / "alice.pem"
    ensure_identity(path)

    assert Identity.from_pem(path.read_text()).sender().bytes == load_identity(path).principal


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "alice.pem"
    write_private(path, b"the only copy")

    with pytest.raises(FileExistsError):
        write_private(path, b"another")
    assert path.read_bytes() == b"the only copy"


def test_a_vapid_key_is_made_once_and_browsers_can_use_its_public_half(tmp_path):
    path = tmp_path / "vapid.pem"

    text = ensure_vapid_key(path)

    assert text == ensure_vapid_key(path) == public_key_text(path)
    assert len(from_base64url(text)) == 65
    assert from_base64url(text)[0] == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
