"""Takes what waits in the outboxes to the peers' canisters, at once and, after a failure or a crash, by timer.

    begin(...)    in the segment that stored something: marks the outbox as in flight, makes sure that a timer would
                  repair it if we die, and returns the batch
    run(...)      drives the call, records the answer, and goes on with whatever was added meanwhile
    run_outbox()  the timer: sends to every peer that is due

There is one timer, armed for the earliest time at which anything could be due and only while something waits, so an
idle canister runs no code. It is armed before the first await: a crash leaves a mark and a timer behind, the timer
finds the mark stale and sends again, which is safe because the receiver counts. `totals` remembers when it fires, since
timers cannot be asked.
"""

from collections.abc import Generator
from typing import Any

from kybra import ic

from canisters.lib import c2c, env, outbox
from canisters.user import state
from canisters.user.model import delivery, direct_chat

TIMER_LOST_MS = 60_000
"""A timer this much overdue is gone: its callback trapped."""


def begin(number: int, chat: dict[str, Any], totals: dict[str, Any], now_ms: int) -> list[dict[str, Any]]:
    """The batch to send to this peer now, maybe empty. The caller saves chat and totals before it awaits."""
    if not outbox.may_send(chat["outbox"], now_ms):
        return []
    wake_up(totals, now_ms + outbox.IN_FLIGHT_STALE_MS, now_ms)
    return outbox.take(state.RECORDS, state.outbox_prefix(number), chat["outbox"], now_ms)


def run(number: int, them: bytes, batch: list[dict[str, Any]]) -> Generator[Any, Any, None]:
    """Send batches until nothing waits or a call fails. Drive it with `yield from`."""
    while batch:
        request = c2c.request(base=batch[0]["seq"], events=batch)
        answer = yield from c2c.call(them, "c2c_push_events", request)
        batch = settle(number, batch, answer)


def settle(number: int, batch: list[dict[str, Any]], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Record the peer's answer; returns the next batch, already begun."""
    chat = state.load_chat(number)
    totals = state.load_totals()
    now_ms = env.now_ms()
    settlement = delivery.settlement(batch, answer)
    if settlement is None:
        fail(chat, totals, now_ms)
        following: list[dict[str, Any]] = []
    else:
        confirm(number, chat, totals, batch, settlement, now_ms)
        following = begin(number, chat, totals, now_ms)
    state.save_chat(number, chat)
    state.save_totals(totals)
    return following


def confirm(
    number: int,
    chat: dict[str, Any],
    totals: dict[str, Any],
    batch: list[dict[str, Any]],
    settlement: delivery.Settlement,
    now_ms: int,
) -> None:
    is_news = outbox.has_failed(chat["outbox"])
    prefix = state.outbox_prefix(number)
    totals["waiting"] -= outbox.confirm(state.RECORDS, prefix, chat["outbox"], settlement.next_number)
    newest = delivery.newest_message(batch, settlement.next_number) if settlement.is_stored else None
    if newest is not None:
        is_news |= direct_chat.raise_mark(chat, "confirmed", newest)
    if is_news:
        chat["updated"] = state.touch(totals, now_ms)


def fail(chat: dict[str, Any], totals: dict[str, Any], now_ms: int) -> None:
    outbox.fail(chat["outbox"], now_ms)
    if outbox.has_failed(chat["outbox"]):
        ic.print("outbox: gave up delivering until the next message")
        chat["updated"] = state.touch(totals, now_ms)
    else:
        wake_up(totals, chat["outbox"]["t"], now_ms)


def deliver(number: int) -> Generator[Any, Any, None]:
    """Send what waits for this peer, in a segment of its own."""
    chat = state.load_chat(number)
    totals = state.load_totals()
    batch = begin(number, chat, totals, env.now_ms())
    if batch:
        state.save_chat(number, chat)
        state.save_totals(totals)
        yield from run(number, chat["them"], batch)


# -- The timer -------------------------------------------------------------------------------------------------------


def wake_up(totals: dict[str, Any], at_ms: int, now_ms: int) -> None:
    """Make sure that the timer fires at `at_ms` or before. The caller saves totals."""
    armed_ms = totals["timer"]
    if armed_ms and armed_ms <= at_ms and now_ms < armed_ms + TIMER_LOST_MS:
        return
    if armed_ms:
        ic.clear_timer(totals["timer_id"])
    delay_seconds = max(0, at_ms - now_ms + 999) // 1000
    totals["timer"] = now_ms + 1000 * delay_seconds
    totals["timer_id"] = ic.set_timer(delay_seconds, run_outbox)


def run_outbox() -> Generator[Any, Any, None]:
    now_ms = env.now_ms()
    totals = state.load_totals()
    totals["timer"] = 0
    due, later_ms = survey(totals, now_ms)
    if later_ms is not None:
        wake_up(totals, later_ms, now_ms)
    state.save_totals(totals)
    for number in due:
        try:
            yield from deliver(number)
        except Exception as error:  # nobody hears what a timer raises, and the other peers still wait
            ic.print("outbox:", type(error).__name__, error)


def survey(totals: dict[str, Any], now_ms: int) -> tuple[list[int], int | None]:
    """The chats that are due now, and when the first of the others will be."""
    if totals["waiting"] == 0:
        return [], None
    due = []
    later_ms = None
    for number in range(totals["chats"]):
        at_ms = outbox.due_at(state.load_chat(number)["outbox"])
        if at_ms is None:
            continue
        if at_ms <= now_ms:
            due.append(number)
        elif later_ms is None or at_ms < later_ms:
            later_ms = at_ms
    return due, later_ms


def resume() -> None:
    """After an upgrade, which drops timers and calls in flight: carry on."""
    totals = state.load_totals()
    totals["timer"] = 0
    if totals["waiting"]:
        wake_up(totals, env.now_ms(), env.now_ms())
    state.save_totals(totals)
