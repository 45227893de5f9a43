"""What is in a bundle, and that its bytes depend on nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from parley.bundler import BundleError, bundle, bundle_files, write_bundle_folder
from replica.bundles.archive import pack
from tests.parley.bundler.conftest import Write


def test_a_bundle_holds_exactly_what_the_entry_reaches(root: Path) -> None:
    assert sorted(bundle_files("hello", root)) == [
        "canisters/__init__.py",
        "canisters/hello/__init__.py",
        "canisters/hello/greet.py",
        "canisters/hello/main.py",
        "canisters/lib/__init__.py",
        "canisters/lib/words.py",
        "hello.did",
        "manifest.json",
    ]


def test_imports_inside_functions_and_under_type_checking_count(root: Path, write: Write) -> None:
    write(
        {
            "canisters/lib/late.py": "",
            "canisters/lib/hints.py": "",
            "canisters/lib/words.py": (
                "from typing import TYPE_CHECKING\n\nGREETING = 'hi'\n\n"
                "if TYPE_CHECKING:\n    from canisters.lib import hints\n\n\n"
                "def late() -> None:\n    import canisters.lib.late as late\n"
            ),
        }
    )

    files = bundle_files("hello", root)

    assert "canisters/lib/late.py" in files
    assert "canisters/lib/hints.py" in files


def test_a_package_from_outside_brings_only_the_modules_it_uses(root: Path, write: Write) -> None:
    write({"canisters/lib/words.py": "import msgpack\n\nGREETING = str(msgpack.packb(1))\n"})

    packaged = sorted(path for path in bundle_files("hello", root) if path.startswith("msgpack"))

    assert packaged == ["msgpack/__init__.py", "msgpack/exceptions.py", "msgpack/ext.py", "msgpack/fallback.py"]


def test_the_manifest_names_canister_entry_and_kybra(root: Path) -> None:
    manifest = json.loads(bundle_files("hello", root)["manifest.json"])

    assert manifest == {"name": "hello", "entry": "canisters/hello/main.py", "kybra": "0.7.1"}


def test_a_bundle_does_not_depend_on_times_or_on_files_it_does_not_reach(root: Path, write: Write) -> None:
    before = bundle("hello", root)

    write({"canisters/lib/unused.py": "CHANGED = True\n"})
    for file in root.rglob("*.py"):
        file.touch()

    assert bundle("hello", root) == before


def test_a_bundle_changes_with_its_code(root: Path, write: Write) -> None:
    before = bundle("hello", root)

    write({"canisters/lib/words.py": "GREETING = 'good day'\n"})

    assert bundle("hello", root) != before


def test_an_archive_is_a_gzip_tar_without_times_or_owners() -> None:
    archive = pack({"b.py": b"2" * 200_000, "a.py": b"1"})

    assert archive.startswith(b"\x1f\x8b\x08")
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        assert [(m.name, m.size, m.mtime, m.uid, m.uname) for m in tar] == [
            ("a.py", 1, 0, 0, ""),
            ("b.py", 200_000, 0, 0, ""),
        ]


def test_an_archive_has_these_very_bytes_on_every_python() -> None:
    archive = pack({"canisters/__init__.py": b"", "canisters/hello/main.py": b"GREETING = 'hello'\n" * 10_000})

    digest = hashlib.sha256(archive).hexdigest()
    assert digest == "94f5945feb08eded343bd50e48af1215719514d3a57771b5409f16e957170996"


def test_a_bundle_folder_holds_the_files_of_the_bundle_and_nothing_from_before(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    folder = write_bundle_folder("hello", root, out)
    (folder / "stale.py").write_text("")

    write_bundle_folder("hello", root, out)

    written = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert written == bundle_files("hello", root)


def test_a_folder_that_is_no_bundle_is_not_replaced(root: Path, tmp_path: Path) -> None:
    precious = tmp_path / "build" / "hello" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("")

    with pytest.raises(BundleError, match="not a bundle folder"):
        write_bundle_folder("hello", root, tmp_path / "build")

    assert precious.exists()


def test_a_canister_that_does_not_exist_is_named(root: Path) -> None:
    with pytest.raises(BundleError, match="no canister 'goodbye'"):
        bundle("goodbye", root)


def test_a_generated_module_holds_the_files_of_its_folder(root: Path, write: Write) -> None:
    write(
        {
            "canisters/hello/bundle.json": '{"generate": [{"module": "canisters/hello/assets.py", "from": "dist"}]}',
            "canisters/hello/greet.py": "from canisters.hello.assets import FILES\n\nPAGE = FILES['index.html']\n",
            "dist/index.html": "<p>hello</p>",
            "dist/style/main.css": "p{}",
        }
    )

    scope: dict[str, object] = {}
    exec(bundle_files("hello", root)["canisters/hello/assets.py"], scope)  # noqa: S102

    assert scope["FILES"] == {"index.html": b"<p>hello</p>", "style/main.css": b"p{}"}


def test_a_generated_module_without_files_says_how_to_build_them(root: Path, write: Write) -> None:
    write(
        {
            "canisters/hello/bundle.json": '{"generate": [{"module": "canisters/hello/assets.py", "from": "dist"}]}',
            "canisters/hello/greet.py": "from canisters.hello.assets import FILES\n\nPAGE = FILES['index.html']\n",
        }
    )

    with pytest.raises(Exception, match="make web"):
        bundle("hello", root)
