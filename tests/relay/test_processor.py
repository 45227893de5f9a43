"""The cursor, pruning, and life without a replica."""

import asyncio
from contextlib import nullcontext

import httpx
import pytest

from relay.app import create_app
from relay.clock import ManualClock
from relay.cursor import CursorFile
from relay.lanes import Lanes
from relay.metrics import Metrics
from relay.processor import Processor
from tests.relay.stage import ALICE, Stage, a_stage
from tests.relay.test_pushing import play


def restarted(stage: Stage) -> Processor:
    """A second relay that finds the first one's cursor."""
    cursor = CursorFile(stage.directory / "cursor.json")
    return Processor(stage.canister, stage.lanes, cursor, stage.clock, Metrics())


def test_the_first_start_begins_at_the_latest_notification(tmp_path):
    async def story() -> None:
        async with a_stage(tmp_path) as stage:
            stage.subscribes(ALICE, "laptop")
            stage.canister.queues(ALICE, payload=b"before")
            (stage.directory / "cursor.json").unlink()

            stage.processor = restarted(stage)
            await stage.settle()
            stage.canister.queues(ALICE, payload=b"after")
            await stage.after(1)

            assert stage.received("laptop") == [b"after"]

    asyncio.run(story())


def test_a_restart_goes_on_where_the_relay_was(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE, payload=b"first")
        await stage.after(1)

        stage.canister.queues(ALICE, payload=b"while it was away")
        stage.processor = restarted(stage)
        await stage.settle()

        assert stage.received("laptop") == [b"first", b"while it was away"]

    play(story, tmp_path)


def test_a_canister_installed_anew_is_followed_from_its_beginning(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        CursorFile(stage.directory / "cursor.json").store(5_000)

        stage.processor = restarted(stage)
        await stage.settle()
        stage.canister.queues(ALICE, payload=b"new")
        await stage.after(1)

        assert stage.received("laptop") == [b"new"]

    play(story, tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"notification_index": "7"}', '{"notification_index": -1}'])
def test_a_damaged_cursor_is_reported_and_nothing_is_pushed_twice(tmp_path, content):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE)
        (stage.directory / "cursor.json").write_text(content)

        stage.processor = restarted(stage)
        await stage.settle()

        assert stage.push_service.deliveries == []
        problem = stage.processor.problem()
        assert problem.endswith("cursor.json holds no notification index; remove it to go on with what is new")
        assert problem.startswith(str(stage.directory))

    play(story, tmp_path)


def test_the_queue_is_pruned_once_a_minute_up_to_the_cursor(tmp_path):
    async def story(stage: Stage) -> None:
        for _ in range(3):
            stage.canister.queues(ALICE)
        await stage.after(1)
        assert len(stage.canister.queue) == 3

        await stage.after(60)
        assert stage.canister.queue == []

    play(story, tmp_path)


def test_while_the_replica_is_away_the_relay_says_so_and_asks_less_and_less_often(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.is_away = True
        await stage.after(1)
        assert "does not answer" in (stage.processor.problem() or "")

        stage.canister.is_away = False
        stage.canister.queues(ALICE)
        reads_before = stage.canister.reads
        await stage.after(1)
        assert stage.canister.reads == reads_before

        await stage.after(1)
        assert len(stage.received("laptop")) == 1
        assert stage.processor.problem() is None

    play(story, tmp_path)


def test_a_long_absence_is_noticed_within_half_a_minute_of_its_end(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.is_away = True
        for _ in range(1000):
            await stage.after(1)

        stage.canister.is_away = False
        stage.canister.queues(ALICE)
        for _ in range(30):
            await stage.after(1)

        assert len(stage.received("laptop")) == 1

    play(story, tmp_path)


async def get(stage: Stage, path: str) -> httpx.Response:
    app = create_app(stage.processor, stage.lanes, stage.metrics, lambda: nullcontext())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://relay") as client:
        return await client.get(path)


def test_health_is_ok_while_notifications_flow_and_degraded_while_they_do_not(tmp_path):
    async def story(stage: Stage) -> None:
        well = await get(stage, "/health")
        stage.canister.is_away = True
        await stage.after(1)
        unwell = await get(stage, "/health")

        assert (well.status_code, well.json()["status"]) == (200, "ok")
        assert (unwell.status_code, unwell.json()["status"]) == (503, "degraded")
        assert "does not answer" in unwell.json()["detail"]

    play(story, tmp_path)


def test_a_relay_that_has_not_reached_the_canister_yet_is_degraded(tmp_path):
    async def story(stage: Stage) -> None:
        clock, metrics = ManualClock(), Metrics()
        lanes = Lanes(stage.lanes._pusher, clock, metrics)
        stage.processor = Processor(stage.canister, lanes, CursorFile(tmp_path / "other.json"), clock, metrics)

        assert (await get(stage, "/health")).status_code == 503

    play(story, tmp_path)


def test_metrics_count_what_came_of_pushes(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE)
        await stage.after(1)

        text = (await get(stage, "/metrics")).text

        assert 'relay_pushes_total{outcome="delivered"} 1.0' in text
        assert "relay_notification_index 1.0" in text

    play(story, tmp_path)


def test_what_does_not_exist_is_answered_with_problem_details(tmp_path):
    async def story(stage: Stage) -> None:
        answer = await get(stage, "/nothing")

        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "Not Found",
            "instance": "/nothing",
        }

    play(story, tmp_path)


def test_a_bug_is_answered_with_problem_details_that_give_nothing_away(tmp_path):
    async def story(stage: Stage) -> None:
        def broken() -> None:
            raise RuntimeError("a detail for the log")

        stage.processor.problem = broken
        answer = await get(stage, "/health")

        assert answer.status_code == 500
        assert answer.json()["title"] == "Internal Server Error"
        assert "for the log" not in answer.text

    play(story, tmp_path)
