"""When rounds happen: for work, for timers, and a last time when the replica stops."""

import asyncio

import pytest

from replica.clock import VirtualClock
from replica.http.round_driver import RoundDriver, RoundFailed
from replica.principal import ANONYMOUS, Principal
from replica.routing.requests import CallRequest


class FakeRounds:
    """Finishes whatever was submitted in the next round, unless it is told to hold on."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.tick_count = 0
        self.is_holding = False
        self.timer_ns = None
        self._queued = []
        self._finished = set()

    def submit(self, request, *, is_welcome=False):
        self._queued.append(request.request_id)

    def tick(self, wanted=()):
        self.tick_count += 1
        if self.timer_ns is not None and self.timer_ns <= self.clock.now_ns():
            self.timer_ns = None
        if not self.is_holding:
            self._finished.update(self._queued)
            self._queued.clear()

    def has_work(self):
        return bool(self._queued) and not self.is_holding

    def next_timer_ns(self):
        return self.timer_ns

    def is_finished(self, request_id):
        return request_id in self._finished


async def one_turn() -> None:
    """Let the event loop run what is scheduled by now, and nothing later."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


def request_of(number):
    canister = Principal.from_counter(1)
    return CallRequest(b"%d" % number, ANONYMOUS, canister, "say", b"", 0, canister)


def submit_one_each_turn(driver, number):
    """Requests `number` down to 1, each in a turn of the event loop of its own."""
    driver.submit(request_of(number))
    if number > 1:
        asyncio.get_running_loop().call_soon(submit_one_each_turn, driver, number - 1)


@pytest.fixture
def rounds(clock):
    return FakeRounds(clock)


@pytest.fixture
def driver(rounds, clock):
    return RoundDriver(rounds, clock, on_failure=lambda: None)


def test_one_round_answers_everyone_who_came_before_it(rounds, driver):
    async def story() -> list[bool]:
        for number in range(5):
            driver.submit(request_of(number))
        waits = [driver.wait_until_finished(b"%d" % number, timeout_seconds=60) for number in range(5)]
        return await asyncio.gather(*waits)

    assert asyncio.run(story()) == [True] * 5
    assert rounds.tick_count == 1


def test_a_round_waits_for_requests_that_are_still_coming_in(rounds, driver):
    async def story() -> None:
        submit_one_each_turn(driver, 3)
        await driver.wait_until_finished(b"1", timeout_seconds=60)

    asyncio.run(story())

    assert rounds.is_finished(b"3")
    assert rounds.tick_count == 1


def test_requests_that_never_pause_put_off_no_round_for_ever(rounds, driver):
    async def story() -> None:
        submit_one_each_turn(driver, 50)
        await driver.wait_until_finished(b"50", timeout_seconds=60)

    asyncio.run(story())

    assert not rounds.is_finished(b"1")


def test_several_may_wait_for_the_same_request(rounds, driver):
    async def story() -> list[bool]:
        driver.submit(request_of(1))
        return await asyncio.gather(*(driver.wait_until_finished(b"1", timeout_seconds=60) for _ in range(3)))

    assert asyncio.run(story()) == [True] * 3


def test_whoever_asks_after_the_round_is_answered_at_once(rounds, driver):
    async def story() -> bool:
        driver.submit(request_of(1))
        await driver.wait_until_finished(b"1", timeout_seconds=60)
        return await driver.wait_until_finished(b"1", timeout_seconds=0)

    assert asyncio.run(story()) is True
    assert rounds.tick_count == 1


def test_waiting_ends_when_the_time_is_up(rounds, driver):
    rounds.is_holding = True

    async def story() -> bool:
        driver.submit(request_of(1))
        return await driver.wait_until_finished(b"1", timeout_seconds=0)

    assert asyncio.run(story()) is False


def test_nothing_happens_without_work(rounds, driver):
    async def story() -> None:
        driver.start()
        await one_turn()

    asyncio.run(story())

    assert rounds.tick_count == 0


def test_a_due_timer_starts_a_round(rounds, driver, clock):
    rounds.timer_ns = clock.now_ns()

    async def story() -> None:
        driver.start()
        await one_turn()

    asyncio.run(story())

    assert rounds.tick_count == 1


def test_a_timer_of_the_future_waits(rounds, driver, clock):
    rounds.timer_ns = clock.now_ns() + 10**12

    async def story() -> None:
        driver.start()
        await one_turn()
        driver.stop()

    asyncio.run(story())

    assert rounds.tick_count == 0


def test_stopping_finishes_what_was_accepted_and_takes_nothing_more(rounds, driver):
    async def story() -> None:
        driver.submit(request_of(1))
        driver.stop()
        with pytest.raises(RoundFailed):
            driver.submit(request_of(2))

    asyncio.run(story())

    assert rounds.is_finished(b"1")
    assert rounds.tick_count == 1


def test_a_failed_round_reaches_everyone_and_is_the_last():
    failures = []
    rounds = FakeRounds(VirtualClock())
    rounds.tick = lambda: 1 / 0
    driver = RoundDriver(rounds, VirtualClock(), on_failure=lambda: failures.append("told"))

    async def story() -> None:
        driver.submit(request_of(1))
        with pytest.raises(RoundFailed):
            await driver.wait_until_finished(b"1", timeout_seconds=60)
        with pytest.raises(RoundFailed):
            driver.submit(request_of(2))

    asyncio.run(story())

    assert failures == ["told"]
