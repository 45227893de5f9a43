"""What is remembered about a deployment."""

import json

import pytest

from parley.deployment import CANISTERS, Deployment, allow_modules, read_dfx_ids, replace_file
from parley.modules import read_module
from parley.problems import Problem
from replica.principal import Principal
from replica.state.allow_list import AllowList

IDS = {name: Principal.from_counter(number) for number, name in enumerate(CANISTERS)}


def test_a_deployment_is_the_same_after_saving_and_loading(tmp_path):
    path = tmp_path / "deployment.json"

    Deployment(dict(IDS)).save(path)

    assert Deployment.load(path).canisters == IDS


def test_without_a_file_nothing_is_deployed(tmp_path):
    assert not Deployment.load(tmp_path / "deployment.json").is_complete()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"canisters": []}', '{"canisters": {"user_index": "zzz"}}'])
def test_a_damaged_file_is_reported_with_what_to_do(tmp_path, content):
    path = tmp_path / "deployment.json"
    path.write_text(content)

    with pytest.raises(Problem, match=r"deployment\.json is damaged") as problem:
        Deployment.load(path)
    assert "Restore it" in problem.value.advice


def test_the_ids_that_dfx_wrote_are_read_by_network(tmp_path):
    path = tmp_path / "canister_ids.json"
    content = {name: {"ic": principal.text} for name, principal in IDS.items()}
    path.write_text(json.dumps({**content, "user": {"ic": Principal.from_counter(9).text}}))

    assert read_dfx_ids(path, "ic").canisters == IDS


def test_modules_are_added_to_the_allow_list_and_old_ones_stay(tmp_path):
    path = tmp_path / "allowed-modules"
    old, new = b"\x01" * 32, b"\x02" * 32

    allow_modules(path, [("user", old)])
    allow_modules(path, [("user", new)])
    allow_modules(path, [("user", new)])

    is_allowed = AllowList(path)
    assert is_allowed(old)
    assert is_allowed(new)
    assert not is_allowed(b"\x03" * 32)
    assert path.read_text().count(new.hex()) == 1


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "folder" / "file"

    replace_file(path, b"first")
    replace_file(path, b"second")

    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_plain_wasm_is_compressed_and_compressed_wasm_is_left_alone(tmp_path):
    plain, packed = tmp_path / "user.wasm", tmp_path / "user.wasm.gz"
    plain.write_bytes(b"\0asm" + bytes(1000))

    once = read_module(plain)
    packed.write_bytes(once)

    assert once.startswith(b"\x1f\x8b")
    assert len(once) < 100
    assert read_module(packed) == once == read_module(plain)
