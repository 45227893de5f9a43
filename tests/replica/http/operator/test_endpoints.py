"""What the operator learns, and what they can do."""

import pytest

from replica.principal import Principal
from replica.routing import overview
from tests.fixtures.replica import ALICE

HOUR_NS = 3_600_000_000_000


def test_the_status_has_figures(operator, replica, diary, stopwatch):
    stopwatch.now += 90

    status = operator.json("/_/status")

    assert status["health"] == "healthy"
    assert status["canisters"] == 1
    assert status["uptime_seconds"] == 90
    assert status["rounds"] > 3
    assert status["cycles"] == replica.canister_status(diary)["cycles"]
    assert status["cycles"] == status["cycles_minted"] - status["cycles_burnt"]
    assert status["queues"] == {"arrivals": 0, "messages": 0, "open_calls": 0}
    assert status["resident_bytes"] > 1_000_000
    assert status["state_bytes"] > 4_096


def test_what_waits_is_counted(operator, replica, diary):
    replica.submit(diary, "write", b"later")

    assert operator.json("/_/status")["queues"]["arrivals"] == 1


def test_canisters_are_listed_with_what_they_run(operator, diary, replica):
    (listed,) = operator.json("/_/canisters")["canisters"]

    status = replica.canister_status(diary)
    assert listed == {
        "id": diary.text,
        "name": "diary",
        "module_hash": status["module_hash"].hex(),
        "status": "running",
        "cycles": status["cycles"],
        "memory_bytes": 0,
    }


def test_pages_follow_each_other_and_end(operator, replica):
    ids = [replica.create_canister().text for _ in range(5)]

    first = operator.json("/_/canisters?limit=2")
    second = operator.json(f"/_/canisters?limit=2&after={first['next']}")
    third = operator.json(f"/_/canisters?limit=2&after={second['next']}")

    assert [canister["id"] for page in (first, second, third) for canister in page["canisters"]] == ids
    assert third["next"] is None


def test_search_looks_through_all_canisters_however_many_one_question_examines(operator, replica, diary, monkeypatch):
    monkeypatch.setattr(overview, "EXAMINED_MAX", 2)
    for _ in range(7):
        replica.create_canister()
    replica.manage("stop_canister", {"canister_id": diary}, sender=ALICE, target=diary)

    def found(search: str) -> list[str]:
        return [canister["id"] for canister in operator.json(f"/_/canisters?search={search}")["canisters"]]

    assert found("DIA") == found("stopped") == found(diary.text) == found(diary.text[:8]) == [diary.text]
    assert found(replica.canister_status(diary)["module_hash"].hex()[:12]) == [diary.text]
    assert len(found("running")) == 7
    assert found("nothing") == []


def test_one_canister_is_told_about_in_full(operator, diary):
    about = operator.json(f"/_/canisters/{diary}")

    assert about["controllers"] == [ALICE.text]
    assert about["log_visibility"] == "controllers"
    assert about["installed_at_ns"] > 0


def test_the_interface_is_text(operator, diary):
    response = operator.get(f"/_/canisters/{diary}/candid")

    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("service :")


def test_an_empty_canister_has_no_interface_and_no_log(operator, replica):
    empty = replica.create_canister()

    assert operator.get(f"/_/canisters/{empty}/candid").text == ""
    assert operator.json(f"/_/canisters/{empty}/logs") == {"records": []}


def test_logs_are_read_from_where_one_stopped(operator, diary):
    records = operator.json(f"/_/canisters/{diary}/logs")["records"]

    assert [record["text"] for record in records] == ["dear <diary>", "second page"]
    assert operator.json(f"/_/canisters/{diary}/logs?first={records[1]['index']}")["records"] == records[1:]
    assert operator.json(f"/_/canisters/{diary}/logs?first={records[1]['index'] + 1}")["records"] == []


def test_time_moves_forward_and_what_is_due_happens(operator, web, replica, engine):
    module = engine.define(
        "alarm",
        updates={"set": lambda ic, arg: (ic.set_timer(3_600, "ring", repeat=False), ic.reply(b""))},
        functions={"ring": lambda ic: ic.debug_print("it rings")},
    )
    alarm = replica.canister(module)
    replica.update(alarm, "set")

    answer = operator.post("/_/time/advance", b'{"seconds": 3600}').json()
    web.run(no_more_rounds_are_due())

    assert answer["clock_ns"] == replica.clock.now_ns()
    assert replica.logs(alarm) == ["it rings"]


async def no_more_rounds_are_due() -> None:
    import asyncio

    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"seconds": "60"}',
        b'{"seconds": true}',
        b'{"seconds": 0}',
        b'{"seconds": -1}',
        b'{"seconds": 1e300}',
        b'{"seconds": NaN}',
        b'{"seconds": Infinity}',
        b"[" * 100_000,
    ],
)
def test_time_does_not_move_for_nonsense(operator, replica, body):
    before = replica.clock.now_ns()

    response = operator.post("/_/time/advance", body)

    assert response.status_code == 400
    assert replica.clock.now_ns() == before


def test_time_does_not_leave_what_the_wire_can_say(operator):
    ten_years = b'{"seconds": 315360000}'

    answers = [operator.post("/_/time/advance", ten_years).status_code for _ in range(30)]

    assert answers[0] == 200
    assert answers[-1] == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_/canisters/nonsense", 400),
        ("/_/canisters/" + "a" * 5_000, 400),
        ("/_/canisters?after=nonsense", 400),
        ("/_/canisters?limit=-1", 400),
        ("/_/canisters?limit=%D9%A1", 400),
        ("/_/canisters?limit=" + "9" * 5_000, 400),
        ("/_/canisters/aaaaa-aa", 404),
        ("/_/canisters/rwlgt-iiaaa-aaaaa-aaaaa-cai/logs", 404),
        ("/_/nonsense", 404),
        ("/_/canisters/a/b/c/d", 404),
        ("/_/time/advance", 404),
    ],
)
def test_what_does_not_exist_or_is_malformed_is_refused(operator, path, status):
    assert operator.get(path).status_code == status


def test_the_number_of_canisters_on_a_page_is_bounded(operator, replica):
    for _ in range(3):
        replica.create_canister()

    assert len(operator.json("/_/canisters?limit=999999999")["canisters"]) == 3


def test_looking_at_canisters_keeps_none_of_them_in_memory_and_changes_nothing(operator, replica, diary):
    replica.restart()
    before = replica.core.state_digest()

    assert isinstance(replica.core.oversee("canister", {"id": diary.text}), dict)

    assert replica.core.state_digest() == before
    assert Principal.from_text(diary.text) not in replica.core._state.canisters._loaded
