"""Rules about how the repository is laid out, which take more than one file to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.checker import check
from parley.checker.__main__ import main

FILES = {
    "canisters/__init__.py": "",
    "canisters/lib/__init__.py": "",
    "canisters/hello/__init__.py": "",
    "canisters/hello/queries/__init__.py": "",
    "canisters/hello/model/__init__.py": "",
    "canisters/hello/model/words.py": "from kybra import text\n\n\ndef greeting() -> text:\n    return 'hello'\n",
    "canisters/hello/queries/greet.py": (
        "from kybra import query, text\n\nfrom canisters.hello.model import words\n\n\n"
        "@query\ndef greet() -> text:\n    return words.greeting()\n"
    ),
    "canisters/hello/main.py": '"""Contents."""\n\nfrom canisters.hello.queries.greet import greet\n',
    "canisters/hello/hello.did": "// Greets.\nservice : {\n  greet : () -> (text) query;\n};\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def faults(root: Path) -> list[str]:
    return [str(fault).partition(": ")[0] + " " + fault.rule for fault in check(root)]


def test_a_tidy_repository_has_no_faults(root: Path) -> None:
    assert check(root) == []


def test_an_entry_must_import_every_method(root: Path) -> None:
    (root / "canisters/hello/main.py").write_text("import canisters.hello.queries.greet\n")

    assert faults(root) == ["canisters/hello/queries/greet.py:7 8"]


def test_an_entry_must_not_rename_a_method(root: Path) -> None:
    (root / "canisters/hello/main.py").write_text("from canisters.hello.queries.greet import greet as hello\n")

    assert faults(root) == ["canisters/hello/queries/greet.py:7 8"]


def test_an_entry_only_imports(root: Path) -> None:
    with (root / "canisters/hello/main.py").open("a") as entry:
        entry.write("\nVERSION = 1\n")

    assert faults(root) == ["canisters/hello/main.py:5 P8"]


def test_a_method_stands_in_the_file_of_its_name(root: Path) -> None:
    (root / "canisters/hello/queries/greet.py").rename(root / "canisters/hello/queries/hello.py")
    (root / "canisters/hello/main.py").write_text("from canisters.hello.queries.hello import greet\n")

    assert faults(root) == ["canisters/hello/queries/hello.py:7 P6"]


def test_the_rules_of_a_model_know_no_platform(root: Path) -> None:
    words = "from kybra import ic, text\n\n\ndef greeting() -> text:\n    return str(ic.canister_balance())\n"
    (root / "canisters/hello/model/words.py").write_text(words)

    assert faults(root) == ["canisters/hello/model/words.py:1 P7"]


def test_the_reviewed_interface_must_be_there(root: Path) -> None:
    (root / "canisters/hello/hello.did").unlink()

    assert faults(root) == ["canisters/hello/hello.did:1 P9"]


@pytest.mark.parametrize(
    ("interface", "text"),
    [
        ("greet : () -> (text);", "greet is a query in the source and not in the interface"),
        ("greet : () -> (nat) query;", "greet has another result type in the interface"),
        ("greet : (text) -> (text) query;", "greet has other argument types in the interface"),
        ("greet : () -> (text) query; wave : () -> ();", "wave is in the interface and not in the source"),
        ("", "greet is missing from the interface"),
        ("greet : ->", "this is not a Candid interface"),
    ],
)
def test_the_reviewed_interface_must_agree_with_the_source(root: Path, interface: str, text: str) -> None:
    (root / "canisters/hello/hello.did").write_text(f"service : {{ {interface} }};")

    assert [fault.rule for fault in check(root)] == ["P9"]
    assert text in check(root)[0].text


def test_a_difference_deep_in_a_type_is_named_by_its_path(root: Path) -> None:
    greet = (
        "from kybra import Opt, Record, nat8, query\n\n\nclass Word(Record):\n    length: nat8\n\n\n"
        "class Greeting(Record):\n    word: Opt[Word]\n\n\n@query\ndef greet() -> Greeting:\n    return {}\n"
    )
    (root / "canisters/hello/queries/greet.py").write_text(greet)
    interface = "service : { greet : () -> (record { word : opt record { length : nat16 } }) query };"
    (root / "canisters/hello/hello.did").write_text(interface)

    assert "(at word.length)" in check(root)[0].text


def test_a_shared_file_that_nobody_imports_is_checked_too(root: Path) -> None:
    (root / "canisters/lib/spare.py").write_text("seen = []\n")

    assert faults(root) == ["canisters/lib/spare.py:1 P1"]


def test_a_file_that_does_not_parse_is_a_fault_and_not_a_crash(root: Path) -> None:
    (root / "canisters/lib/spare.py").write_text("def (:\n")
    (root / "canisters/hello/model/words.py").write_text("def (:\n")

    assert faults(root) == ["canisters/hello/model/words.py:1 3", "canisters/lib/spare.py:1 3"]


def test_only_what_is_under_the_given_paths_is_named(root: Path) -> None:
    (root / "canisters/lib/spare.py").write_text("seen = []\n")

    assert check(root, [Path("canisters/hello")]) == []
    assert len(check(root, [Path("canisters/lib/spare.py")])) == 1


def test_the_command_prints_what_is_wrong_and_fails(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main([]) == 0

    (root / "canisters/lib/spare.py").write_text("seen = []\n")

    assert main([]) == 1
    assert capsys.readouterr().out.startswith("canisters/lib/spare.py:1: rule P1: ")


def test_other_peoples_packages_are_held_to_what_breaks_the_build(root: Path) -> None:
    words = "import msgpack\n\n\ndef greeting() -> str:\n    return str(msgpack.packb(1))\n"
    (root / "canisters/hello/model/words.py").write_text(words)

    assert check(root) == []


def test_this_repositorys_canisters_keep_the_rules() -> None:
    assert check(Path(__file__).parents[3]) == []
