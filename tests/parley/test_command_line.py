"""What a person is told when something is missing or in the way."""

import socket

import pytest

from parley import modules, up
from parley.addresses import Addresses, check_ports_are_free
from parley.problems import Problem


@pytest.fixture
def busy_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["deploy"],
        ["upgrade"],
        ["demo"],
        ["dashboard"],
        ["time", "advance", "1s"],
        ["canister", "list"],
        ["logs", "user"],
    ],
)
def test_commands_for_a_running_system_say_how_to_start_one(run, tmp_path, busy_port, command):
    Addresses(port=busy_port + 1).save(tmp_path / "addresses.json")

    code, said = run(*command, "--data", str(tmp_path))

    assert code == 1
    assert "Nothing answers" in said
    assert "make run" in said


def test_a_port_in_use_is_named_together_with_the_option_that_changes_it(run, tmp_path, busy_port, monkeypatch):
    monkeypatch.setattr(up, "WEB_APP", tmp_path)
    (tmp_path / "index.html").write_text("")

    code, said = run("up", "--data", str(tmp_path / "data"), "--port", str(busy_port))

    assert code == 1
    assert f"Port {busy_port}" in said
    assert "--port" in said
    assert not (tmp_path / "data").exists()


def test_the_relays_port_has_an_option_of_its_own(busy_port):
    with pytest.raises(Problem) as problem:
        check_ports_are_free(Addresses(port=0, relay_port=busy_port))

    assert "--relay-port" in problem.value.advice


def test_a_web_client_that_is_not_built_is_named_with_the_command_that_builds_it(run, tmp_path, monkeypatch):
    monkeypatch.setattr(up, "WEB_APP", tmp_path)

    code, said = run("up", "--data", str(tmp_path / "data"))

    assert code == 1
    assert "make web" in said


def test_an_unknown_canister_is_answered_with_the_known_ones(run, tmp_path):
    code, said = run("bundle", "users", "--data", str(tmp_path))

    assert code == 1
    assert "user_index" in said


def test_a_dashboard_that_is_not_built_is_named_with_the_command_that_builds_it(monkeypatch, tmp_path):
    (tmp_path / "canisters").symlink_to(modules.ROOT / "canisters")
    monkeypatch.setattr(modules, "ROOT", tmp_path)

    with pytest.raises(Problem) as problem:
        modules.make_modules(("user",))

    assert "make web" in problem.value.message


def test_a_new_key_is_printed_and_an_old_one_is_not_overwritten(run, tmp_path):
    path = tmp_path / "relay.pem"

    first = run("new-identity", str(path))
    second = run("new-identity", str(path))

    assert first[0] == 0
    assert first[1].strip().count("-") == 10
    assert second[0] == 1
    assert "exists" in second[1]


def test_the_version_is_that_of_the_project(run):
    assert run("version") == (0, "0.1.0\n")
