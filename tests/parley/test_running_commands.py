"""What people ask of a running replica on the command line, and how it answers."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from parley import status
from parley.identity import FastIdentity, write_private
from parley.operator_client import read_token
from parley.places import ROOT
from tests.fixtures.stack import Stack, a_stack
from tests.parley.conftest import Run

SHOP = Path(__file__).parent.parent / "replica" / "testing" / "project" / "src" / "main.py"
ID = re.compile(r"^[a-z2-7]{5}(-[a-z2-7]{3,5})+$", re.MULTILINE)


@pytest.fixture
def parley(run: Run, stack: Stack) -> Run:
    """Run a command with the data directory of the running system."""

    def parley(*arguments: str) -> tuple[int, str]:
        return run(*arguments, "--data", str(stack.data.path))

    return parley


@pytest.fixture
def shop(parley: Run) -> str:
    """The id of a canister that runs somebody's Kybra project."""
    canister_id = parley("canister", "create", "--cycles", "10T")[1].strip()
    code, said = parley("canister", "install", canister_id, str(SHOP), "--argument", '("corner shop")')
    assert code == 0, said
    return canister_id


# -- The replica -----------------------------------------------------------------------------------------------------


def test_the_status_reads_well_at_eighty_columns(parley):
    code, said = parley("status")

    assert code == 0
    assert said.count("healthy") == 2
    for word in ("Rounds", "Memory", "Canisters", "Cycles", "user_index", "running", "people"):
        assert word in said
    assert max(map(len, said.splitlines())) <= 80


def test_the_operators_token_is_for_its_owners_eyes_and_says_where_the_replica_is(stack):
    file = stack.data.operator_token

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_token(file) == (read_token(file)[0], stack.url)


def test_who_cannot_read_the_token_is_told_why_nothing_works(parley, stack, tmp_path):
    token = stack.data.operator_token
    moved = token.rename(tmp_path / "token")

    code, said = parley("status")

    moved.rename(token)
    assert code == 1
    assert "token cannot be read" in said


def test_the_token_of_another_replica_is_refused_with_a_hint(parley, stack):
    token = stack.data.operator_token
    content = token.read_text()
    token.write_text("0" * 64 + "\n" + stack.url + "\n")

    code, said = parley("status")

    token.write_text(content)
    assert code == 1
    assert "--data" in said


def test_the_dashboard_link_signs_in_once(parley):
    code, link = parley("dashboard")

    assert code == 0
    assert httpx.get(link.strip(), trust_env=False).status_code == 200
    assert httpx.get(link.strip(), trust_env=False).status_code == 401


def test_time_moves_and_everything_goes_on_by_the_new_time(run, tmp_path):
    with a_stack(tmp_path, pool_target=1) as stack:
        data = ("--data", str(tmp_path))
        alice = stack.person("alice")
        before = run("status", *data)[1]

        code, said = run("time", "advance", "1d2h", *data)

        assert code == 0
        assert "It is " in said
        assert run("canister", "call", "user_index", "check_username", '("somebody")', *data)[0] == 0
        bob = stack.person("bob")
        alice.sends(bob.user_id, "hello from yesterday")
        assert stack.relay.is_alive()

        stack.kill_replica()
        stack.start_replica()
        after = run("status", *data)[1]
        assert day_of(after) > day_of(before)
        assert run("canister", "call", "user_index", "check_username", '("anybody")', *data)[0] == 0


def day_of(status_text: str) -> str:
    (day,) = re.findall(r"^Time +(\S+)T", status_text, re.MULTILINE)
    return str(day)


@pytest.mark.parametrize("duration", ["", "1", "d", "-1d", "1d 2h", "1y", "0s", "999999w"])
def test_a_duration_that_is_none_or_too_long_is_refused(run, stack, duration):
    code, said = run("time", "advance", "--data", str(stack.data.path), "--", duration)

    assert code == 1
    assert "duration" in said or "seconds must be" in said


# -- Canisters -------------------------------------------------------------------------------------------------------


def test_canisters_are_listed_and_found(parley, stack):
    code, said = parley("canister", "list", "index")

    assert code == 0
    assert stack.deployment["user_index"].text in said
    assert stack.deployment["group_index"].text in said
    assert stack.deployment["website"].text not in said
    assert max(map(len, said.splitlines())) <= 84


def test_a_search_without_result_says_so(parley):
    code, said = parley("canister", "list", "nothing-of-that-name")

    assert code == 1
    assert "No canister matches" in said


def test_a_method_is_called_by_name_with_readable_values_both_ways(parley):
    code, said = parley("canister", "call", "user_index", "check_username", '(record { username = "someone" })')

    assert (code, said) == (0, "(variant { Success })\n")


def test_the_only_field_of_the_only_record_may_be_written_by_itself(parley):
    assert parley("canister", "call", "user_index", "check_username", '("someone")')[1] == "(variant { Success })\n"


def test_answers_that_are_long_have_a_line_for_each_field(parley):
    said = parley("canister", "call", "user_index", "metrics")[1]

    assert re.search(r"^    users = \d+ : nat32;$", said, re.MULTILINE)


def test_an_argument_that_does_not_fit_is_answered_with_what_would(parley):
    code, said = parley("canister", "call", "user_index", "check_username", "(1, 2)")

    assert code == 1
    assert "does not fit" in said
    assert "check_username : (CheckUsernameArgs)" in said


def test_a_method_that_does_not_exist_is_answered_with_those_that_do(parley):
    code, said = parley("canister", "call", "user_index", "chek_username")

    assert code == 1
    assert "check_username" in said


def test_a_name_that_several_canisters_have_needs_an_id(parley, shop):
    assert parley("canister", "call", shop, "orders")[0] == 0
    other = parley("canister", "create")[1].strip()
    parley("canister", "install", other, str(SHOP), "--argument", '("other shop")')

    code, said = parley("canister", "call", "project", "orders")

    assert code == 1
    assert "by its id" in said


def test_an_unknown_canister_is_answered_with_known_names(parley):
    code, said = parley("canister", "call", "users", "orders")

    assert code == 1
    assert "user_index" in said


def test_a_project_is_installed_called_upgraded_stopped_and_deleted(parley, shop):
    assert parley("canister", "call", shop, "order", '(record { what = "tea"; count = 2 })') == (
        0,
        "(variant { Ordered = 6 : nat64 })\n",
    )
    assert parley("canister", "install", shop, str(SHOP), "--mode", "upgrade")[0] == 0
    assert parley("canister", "query", shop, "orders") == (0, "(1 : nat64)\n")
    assert "2 tea" in parley("logs", shop)[1]
    assert "service : (text) -> {" in parley("canister", "candid", shop)[1]

    assert parley("canister", "delete", shop, "--yes")[0] == 1
    assert parley("canister", "stop", shop) == (0, "")
    assert "stopped" in parley("canister", "status", shop)[1]
    assert parley("canister", "start", shop) == (0, "")
    parley("canister", "stop", shop)
    assert parley("canister", "delete", shop, "--yes") == (0, "")
    assert "There is no canister" in parley("canister", "status", shop)[1]


def test_arguments_may_come_from_standard_input(parley, shop, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO('(record { what = "milk"; count = 1 })'))

    assert parley("canister", "call", shop, "order", "-") == (0, "(variant { Ordered = 5 : nat64 })\n")


def test_an_identity_decides_who_calls_and_who_may_manage(parley, shop, tmp_path):
    key = tmp_path / "mallory.pem"
    identity = FastIdentity()
    write_private(key, identity.to_pem())

    whoami = parley("canister", "call", shop, "whoami", "--identity", str(key))[1]
    code, said = parley("canister", "stop", shop, "--identity", str(key))

    assert identity.principal.text in whoami
    assert identity.principal.text not in parley("canister", "call", shop, "whoami")[1]
    assert code == 1
    assert "--identity" in said
    assert parley("canister", "call", shop, "whoami", "--identity", "nobody")[0] == 1
    assert parley("canister", "call", shop, "whoami", "--identity", "relay")[0] == 0


def test_a_trap_shows_the_canisters_own_words(parley, shop):
    code, said = parley("canister", "call", shop, "fail")

    assert code == 1
    assert "out of order" in said


def test_arguments_of_init_are_checked_before_anything_is_installed(parley):
    empty = parley("canister", "create")[1].strip()

    code, said = parley("canister", "install", empty, str(SHOP))

    assert code == 1
    assert "init : (text) -> ()" in said
    assert "(empty)" in parley("canister", "status", empty)[1]


def test_source_that_the_replica_would_refuse_is_named_with_file_and_line(parley, tmp_path):
    source = tmp_path / "main.py"
    source.write_text("counts = {}\n")
    empty = parley("canister", "create")[1].strip()

    code, said = parley("canister", "install", empty, str(source))

    assert code == 1
    assert "main.py:1: rule P1" in said


@pytest.mark.parametrize("cycles", ["", "T", "-1", "1.5T", "many"])
def test_an_amount_of_cycles_that_is_none_is_refused(parley, cycles):
    assert parley("canister", "create", f"--cycles={cycles}")[0] == 1


def test_ids_are_printed_bare_for_scripts(parley):
    assert ID.fullmatch(parley("canister", "create")[1].strip())


def test_following_prints_what_is_new_each_time_it_looks():
    pages = iter([["one", "two"], [], ["three"]])
    waits: list[str] = []
    lines = status.followed(lambda: next(pages), follow=True, wait=lambda: waits.append("waited"))

    seen = [next(lines) for _ in range(3)]

    assert seen == ["one", "two", "three"]
    assert len(waits) == 2


def test_verbose_says_what_was_asked_and_where_an_error_came_from(stack):
    command = [sys.executable, "-m", "parley", "--verbose", "canister", "call", "user_index", "chek_username"]

    run = subprocess.run(
        [*command, "--data", str(stack.data.path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert "Traceback" in run.stderr
    assert "read_state" in run.stderr
    assert "check_username" in run.stdout
