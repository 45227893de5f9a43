"""Bundles of projects whose layout is their own."""

import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from replica.bundles import BundleError, bundle_project
from replica.execution.kybra_engine import KybraEngine
from replica.execution.source import SourceError
from replica.execution.system_api import InvalidModule

ENTRY = """from kybra import query, text

from words import GREETING

@query
def greet() -> text:
    return GREETING
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "Hello World" / "src"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(ENTRY)
    (folder / "words.py").write_text("GREETING = 'hello'\n")
    (folder / "unused.py").write_text("")
    return folder


def files_of(module: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=BytesIO(module), mode="r:gz") as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def test_a_bundle_holds_what_the_entry_reaches_and_says_what_is_the_projects_own(project):
    files = files_of(bundle_project(project / "main.py"))

    manifest = json.loads(files["manifest.json"])
    assert sorted(files) == ["main.py", "manifest.json", "words.py"]
    assert manifest == {"entry": "main.py", "kybra": "0.7.1", "name": "hello_world", "own": ["main", "words"]}


def test_the_bytes_do_not_depend_on_where_the_project_lies(project, tmp_path):
    elsewhere = tmp_path / "hello_world"
    project.rename(elsewhere)

    moved = bundle_project(elsewhere / "main.py")

    elsewhere.rename(project)
    assert bundle_project(project / "main.py") == moved


def test_imports_start_from_the_root_that_is_given(project):
    (project / "main.py").write_text(ENTRY.replace("from words", "from src.words"))
    (project / "__init__.py").write_text("")

    files = files_of(bundle_project(project / "main.py", root=project.parent, name="hello"))

    assert sorted(files) == ["manifest.json", "src/__init__.py", "src/main.py", "src/words.py"]
    assert json.loads(files["manifest.json"])["own"] == ["src"]


def test_the_replica_runs_it(project):
    assert "greet" in KybraEngine().load(bundle_project(project / "main.py")).methods


def test_the_projects_own_modules_are_held_to_every_rule(project):
    (project / "words.py").write_text("GREETING = 'hello'\ncounts = {}\n")

    with pytest.raises(InvalidModule, match=r"words.py:2: rule P1"):
        KybraEngine().load(bundle_project(project / "main.py"))


def test_a_module_that_is_missing_is_named_with_file_and_line(project):
    (project / "words.py").unlink()

    with pytest.raises(SourceError, match=r"main.py:3: .*words"):
        bundle_project(project / "main.py")


def test_an_entry_that_is_not_there_or_not_under_the_root_is_refused(project, tmp_path):
    with pytest.raises(BundleError, match="no entry file"):
        bundle_project(project / "other.py")
    with pytest.raises(BundleError, match="does not lie under"):
        bundle_project(project / "main.py", root=tmp_path / "elsewhere")


def test_another_module_cannot_be_called_main(project):
    (project / "app.py").write_text(ENTRY.replace("words", "main"))

    with pytest.raises(BundleError, match="only the entry"):
        bundle_project(project / "app.py")


@pytest.mark.parametrize("manifest", ['{"entry": 1}', '{"own": 1}', "[]", "{}", "[" * 100_000])
def test_a_manifest_of_another_form_is_refused(manifest):
    from replica.bundles.archive import pack

    filled = manifest.replace("{", '{"name": "a", "kybra": "0.7.1", ', 1) if manifest != "{}" else manifest
    with pytest.raises(InvalidModule, match="no readable manifest"):
        KybraEngine().load(pack({"manifest.json": filled.encode(), "main.py": b""}))
