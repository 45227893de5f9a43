"""The website holds exactly the files of the web client, and is sent only what it lacks."""

import gzip
import json

import pytest

from parley.interfaces import ask
from parley.website_upload import CHUNK_BYTES, client_config, collect_assets, upload_assets

INDEX = "<!doctype html><title>Parley</title>" + "<p>a line that compresses well</p>" * 40


@pytest.fixture
def folder(tmp_path):
    """A built web client."""
    folder = tmp_path / "app"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "index-a1b2c3.js").write_text("export const answer = 42;\n")
    (folder / "icon.png").write_bytes(b"\x89PNG" + bytes(range(256)))
    return folder


@pytest.fixture
def upload(system, folder):
    def upload() -> int:
        config = client_config(system.deployment, environment="development", vapid_public_key="a key")
        return upload_assets(system.operator, system.deployment["website"], collect_assets(folder, config))

    return upload


@pytest.fixture
def get(system):
    def get(path: str, **headers: str) -> dict:
        request = {
            "method": "GET",
            "url": path,
            "headers": list(headers.items()),
            "body": b"",
            "certificate_version": 2,
        }
        return ask(system.operator, "website", system.deployment["website"], "http_request", request)

    return get


def test_browsers_get_the_files_with_their_types(upload, get):
    upload()

    page, script, icon = get("/"), get("/assets/index-a1b2c3.js"), get("/icon.png")

    assert bytes(page["body"]).decode() == INDEX
    assert ("content-type", "text/html; charset=utf-8") in page["headers"]
    assert ("content-type", "text/javascript; charset=utf-8") in script["headers"]
    assert ("content-type", "image/png") in icon["headers"]


def test_a_browser_that_takes_gzip_gets_what_compresses_well_compressed(upload, get):
    upload()

    page = get("/", **{"accept-encoding": "gzip, br"})

    assert ("content-encoding", "gzip") in page["headers"]
    assert gzip.decompress(bytes(page["body"])).decode() == INDEX


def test_names_with_a_hash_may_be_kept_for_ever_and_others_may_not(upload, get):
    upload()

    assert "max-age=31536000" in dict(get("/assets/index-a1b2c3.js")["headers"])["cache-control"]
    assert "max-age=31536000" not in dict(get("/")["headers"])["cache-control"]


def test_the_client_learns_where_everything_is(system, upload, get):
    upload()

    config = json.loads(bytes(get("/config.json")["body"]))

    assert config["userIndex"] == system.deployment["user_index"].text
    assert config["website"] == system.deployment["website"].text
    assert config["vapidPublicKey"] == "a key"
    assert config["version"]


def test_what_is_there_already_is_not_sent_again(upload):
    assert upload() == 4
    assert upload() == 0


def test_changed_files_replace_old_ones_and_gone_files_are_deleted(folder, upload, get):
    upload()
    (folder / "index.html").write_text("short")
    (folder / "assets" / "index-a1b2c3.js").rename(folder / "assets" / "index-d4e5f6.js")

    assert upload() == 3
    assert bytes(get("/")["body"]) == b"short"
    assert get("/assets/index-d4e5f6.js")["status_code"] == 200
    assert bytes(get("/assets/index-a1b2c3.js")["body"]) != b"export const answer = 42;\n"


def test_a_file_larger_than_one_message_arrives_whole(system, folder, upload):
    content = bytes(range(256)) * (CHUNK_BYTES // 256 * 2 + 5)
    (folder / "large.bin").write_bytes(content)

    upload()

    website = system.deployment["website"]
    arguments = {"key": "/large.bin", "accept_encodings": ["identity"]}
    asset = ask(system.operator, "website", website, "get", arguments)
    assert asset["total_length"] == len(content)
