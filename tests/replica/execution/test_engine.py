"""Bundles in, modules out: what is loaded, what is refused, and what canister code can reach."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

import msgpack
import pytest

from parley.bundler import bundle, bundle_files
from replica.bundles.archive import pack
from replica.execution.kybra_engine import KybraEngine
from replica.execution.system_api import InvalidModule
from tests.replica.execution.fake_system import ROOT, canister, load


def with_changes(name: str, **files: str | None) -> bytes:
    """The bundle of a test canister with some files replaced, added or, with None, left out."""
    contents = bundle_files(name, ROOT)
    for path, text in files.items():
        if text is None:
            del contents[path]
        else:
            contents[path] = text.encode()
    return pack(contents)


def refusal_of(module_bytes: bytes) -> str:
    with pytest.raises(InvalidModule) as refusal:
        KybraEngine().load(module_bytes)
    return str(refusal.value)


def test_a_module_is_known_by_the_hash_of_its_bundle() -> None:
    module = load("values")

    assert module.hash == hashlib.sha256(bundle("values", ROOT)).digest()
    assert module.name == "values"


def test_the_same_bundle_is_loaded_once() -> None:
    assert load("values") is load("values")


def test_canister_modules_stay_out_of_the_hosts_own() -> None:
    load("imports")

    assert "canisters.imports.shelf" not in sys.modules
    assert "main" not in sys.modules


def test_canister_code_imports_what_a_compiled_canister_could() -> None:
    imports = canister("imports")

    assert imports.query("standard_library", "a b") == ['{"a": 1}', "YSBi", "c8687a08", "a%20b", "True"]
    assert imports.query("own_modules") == [
        "shelf",
        "a red book",
        "a red book",
        "late",
        "main",
        "canisters.imports.shelf",
    ]


def test_canister_code_gets_the_compiled_msgpack() -> None:
    assert canister("imports").query("packed", "hello") == msgpack.packb({"word": "hello"})


@pytest.mark.parametrize(("name", "exists"), [("len", True), ("open", False), ("exec", False), ("print", False)])
def test_builtins_that_reach_out_of_a_canister_are_missing(name: str, exists: bool) -> None:
    assert canister("imports").query("builtin_exists", name) is exists


def test_a_bundle_that_breaks_a_rule_is_refused_with_file_and_line() -> None:
    late = 'import os\n\nNAME = "late"\n'

    assert refusal_of(with_changes("imports", **{"canisters/imports/shelf/late.py": late})).startswith(
        "canisters/imports/shelf/late.py:1: rule 46: "
    )


def test_state_that_canisters_would_share_is_refused() -> None:
    late = 'NAME = "late"\nseen = []\n'

    assert "late.py:2: rule P1" in refusal_of(with_changes("imports", **{"canisters/imports/shelf/late.py": late}))


def test_an_annotation_that_kybra_does_not_know_is_refused() -> None:
    source = (ROOT / "canisters/guarded/main.py").read_text().replace("(value: nat64)", "(value: dict)")

    assert "rule 25: 'dict' is not a type" in refusal_of(
        with_changes("guarded", **{"canisters/guarded/main.py": source})
    )


def test_module_level_code_that_fails_is_refused_with_its_place() -> None:
    late = "NAME = {}['late']\n"

    text = refusal_of(with_changes("imports", **{"canisters/imports/shelf/__init__.py": late}))
    assert text.startswith("canisters/imports/shelf/__init__.py:1 in <module>: KeyError: 'late'")


def test_module_level_code_cannot_use_the_platform() -> None:
    shelf = "from kybra import ic\n\nNAME = ic.time()\n"

    assert "module-level code" in refusal_of(with_changes("imports", **{"canisters/imports/shelf/__init__.py": shelf}))


def test_a_file_that_nobody_imports_does_not_belong_into_a_bundle() -> None:
    text = refusal_of(with_changes("values", **{"canisters/values/spare.py": ""}))

    assert text == "the bundle holds canisters/values/spare.py, which its entry does not reach"


def test_a_missing_module_is_refused() -> None:
    assert "rule 11" in refusal_of(with_changes("imports", **{"canisters/imports/shelf/__init__.py": None}))


def test_an_interface_that_says_otherwise_is_refused() -> None:
    text = refusal_of(with_changes("guarded", **{"guarded.did": "service : { allowed : () -> (nat64); };"}))

    assert text.startswith("guarded.did: ")


def test_an_interface_that_agrees_is_accepted() -> None:
    interface = load("guarded").candid

    KybraEngine().load(with_changes("guarded", **{"guarded.did": interface}))


# -- archives that strangers send --------------------------------------------------------------------------------------


def tar_with(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member in members:
            archive.addfile(member)
    return buffer.getvalue()


def link(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


BAD_ARCHIVES = {
    "no gzip": (b"\x00asm\x01\x00\x00\x00", "does not start as a gzip file"),
    "a broken gzip": (b"\x1f\x8b\x08" + b"x" * 100, "cannot be unpacked"),
    "a gzip cut short": (pack({"a.py": b"x" * 1_000})[:500], "cut short"),
    "a gzip bomb": (gzip.compress(bytes(64 * 1024 * 1024), 9), "larger than 24 MiB"),
    "no tar": (gzip.compress(b"hello" * 1_000), "not a tar archive"),
    "a link": (tar_with(link("manifest.json")), "not a plain file"),
    "a name twice": (tar_with(tarfile.TarInfo("a.py"), tarfile.TarInfo("a.py")), "not a plain file of its own"),
    "no manifest": (pack({"a.py": b""}), "no readable manifest"),
    "an odd manifest": (pack({"manifest.json": b"[]"}), "no readable manifest"),
    "a path out of it": (
        pack({"manifest.json": b'{"name": "a", "kybra": "0.7.1"}', "../a.py": b""}),
        "'../a.py', which is not a Python source file",
    ),
    "no entry": (pack({"manifest.json": b'{"name": "a", "kybra": "0.7.1"}'}), "has no entry canisters/a/main.py"),
    "another Kybra": (pack({"manifest.json": b'{"name": "a", "kybra": "9.0.0"}'}), "for Kybra '9.0.0'"),
}


@pytest.mark.parametrize(("module_bytes", "text"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES.keys())
def test_an_archive_that_is_no_bundle_is_refused(module_bytes: bytes, text: str) -> None:
    assert text in refusal_of(module_bytes)


def test_loading_leaves_nothing_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    KybraEngine().load(with_changes("values", **{"values.did": load("values").candid}))

    assert list(tmp_path.iterdir()) == []
