"""What reaches a browser, and what happens when it does not."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path

from relay.lanes import ATTEMPTS_MAX, REFUSALS_BEFORE_REST, REST_SECONDS_FIRST, Bounds
from relay.pusher import PLAINTEXT_BYTES_MAX, SOMETHING_NEW
from relay.reader import Subscription
from tests.fixtures.rfc8291 import base64url
from tests.relay.stage import ALICE, BOB, Stage, a_stage

OFF_THE_CURVE = (base64url(b"\x04" + 64 * b"x"), base64url(b"sixteen secrets!"))


def play(story: Callable[[Stage], Coroutine[None, None, None]], directory: Path, **options: object) -> None:
    async def run() -> None:
        async with a_stage(directory, **options) as stage:
            await story(stage)

    asyncio.run(run())


def test_every_browser_of_a_recipient_can_read_the_payload(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.subscribes(ALICE, "phone")
        stage.subscribes(BOB, "tablet")

        stage.canister.queues(ALICE, payload=b'{"text":"meet at nine"}')
        await stage.after(1)

        assert stage.received("laptop") == [b'{"text":"meet at nine"}']
        assert stage.received("phone") == [b'{"text":"meet at nine"}']
        assert stage.received("tablet") == []

    play(story, tmp_path)


def test_a_push_says_how_long_it_lasts_how_urgent_it_is_and_who_sends_it(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE)
        await stage.after(1)

        (delivery,) = stage.push_service.received("laptop")
        claims = delivery.claims()

        assert delivery.headers["content-encoding"] == "aes128gcm"
        assert 86_000 < int(delivery.headers["ttl"]) <= 86_400
        assert delivery.headers["urgency"] == "high"
        assert claims["aud"] == stage.push_service.url
        assert claims["sub"] == "mailto:operator@example.com"
        assert delivery.vapid_key() == stage.vapid_public_key

    play(story, tmp_path)


def test_each_push_service_is_addressed_by_its_own_name(tmp_path):
    async def story(stage: Stage) -> None:
        other_name = stage.push_service.url.replace("127.0.0.1", "localhost")
        stage.subscribes(ALICE, "laptop")
        stage.subscribes(ALICE, "phone", endpoint=f"{other_name}/push/phone")
        stage.canister.queues(ALICE)
        await stage.after(1)

        (laptop,), (phone,) = stage.push_service.received("laptop"), stage.push_service.received("phone")

        assert laptop.claims()["aud"] == stage.push_service.url
        assert phone.claims()["aud"] == other_name

    play(story, tmp_path)


def test_a_subscription_that_is_gone_is_returned_to_the_canister_and_the_others_stay(tmp_path):
    async def story(stage: Stage) -> None:
        for name, status in (("laptop", 201), ("phone", 410), ("tablet", 404)):
            stage.subscribes(ALICE, name)
            stage.push_service.answers(name, status)
        stage.canister.queues(ALICE)
        await stage.after(1)
        await stage.after(1)

        kept = [subscription.endpoint for subscription in stage.canister.subscriptions[ALICE]]

        assert kept == [stage.push_service.endpoint("laptop")]
        assert stage.metrics.pushes("gone") == 2

    play(story, tmp_path)


def test_a_gone_subscription_is_returned_later_if_the_canister_is_away(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 410)
        stage.canister.queues(ALICE)
        await stage.after(1)

        stage.canister.is_away = True
        await stage.after(1)
        assert len(stage.canister.subscriptions[ALICE]) == 1

        stage.canister.is_away = False
        await stage.after(30)
        assert stage.canister.subscriptions[ALICE] == []

    play(story, tmp_path)


def test_a_service_that_asks_for_patience_gets_as_much_as_it_asks_for(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 429, retry_after="120")
        stage.canister.queues(ALICE)
        await stage.after(1)

        await stage.after(118)
        assert len(stage.push_service.received("laptop")) == 1

        await stage.after(2)
        assert len(stage.push_service.received("laptop")) == 2
        assert stage.metrics.pushes("delivered") == 1

    play(story, tmp_path)


def test_a_failing_service_rests_longer_each_time_while_others_go_on(tmp_path):
    async def story(stage: Stage) -> None:
        other_name = stage.push_service.url.replace("127.0.0.1", "localhost")
        stage.subscribes(ALICE, "laptop")
        stage.subscribes(BOB, "phone", endpoint=f"{other_name}/push/phone")
        stage.push_service.answers("laptop", 503)
        stage.push_service.answers("laptop", 500)
        stage.canister.queues(ALICE)
        await stage.after(1)

        stage.canister.queues(BOB)
        await stage.after(REST_SECONDS_FIRST - 1)
        assert len(stage.push_service.received("laptop")) == 1
        assert len(stage.push_service.received("phone")) == 1

        await stage.after(1)
        await stage.after(2 * REST_SECONDS_FIRST - 1)
        assert len(stage.push_service.received("laptop")) == 2

        await stage.after(1)
        assert len(stage.push_service.received("laptop")) == 3
        assert stage.metrics.pushes("delivered") == 2

    play(story, tmp_path)


def test_a_message_that_never_gets_through_is_given_up(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        for _ in range(ATTEMPTS_MAX + 3):
            stage.push_service.answers("laptop", 503)
        stage.canister.queues(ALICE)

        for _ in range(ATTEMPTS_MAX + 3):
            await stage.after(301)

        assert len(stage.push_service.received("laptop")) == ATTEMPTS_MAX
        assert stage.lanes.waiting_count() == 0

    play(story, tmp_path)


def test_a_message_older_than_its_time_to_live_is_dropped(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 429, retry_after="90000")
        stage.canister.queues(ALICE)
        await stage.after(1)

        await stage.after(90_000)

        assert len(stage.push_service.received("laptop")) == 1
        assert stage.metrics.pushes("expired") == 1

    play(story, tmp_path)


def test_a_payload_too_large_to_encrypt_is_replaced_by_a_small_one(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE, payload=b"x" * PLAINTEXT_BYTES_MAX)
        stage.canister.queues(ALICE, payload=b"x" * (PLAINTEXT_BYTES_MAX + 1))
        await stage.after(1)

        assert sorted(stage.received("laptop")) == [b"x" * PLAINTEXT_BYTES_MAX, SOMETHING_NEW]
        assert max(len(delivery.body) for delivery in stage.push_service.deliveries) == 4096

    play(story, tmp_path)


def test_a_payload_too_large_for_the_service_is_replaced_once(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 413)
        stage.push_service.answers("laptop", 413)
        stage.canister.queues(ALICE, payload=b'{"text":"long"}')
        await stage.after(1)

        assert stage.received("laptop") == [b'{"text":"long"}', SOMETHING_NEW]

    play(story, tmp_path)


def test_a_malformed_request_is_not_tried_again(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 400)
        stage.canister.queues(ALICE)
        await stage.after(1)
        await stage.after(600)

        assert len(stage.push_service.received("laptop")) == 1
        assert stage.metrics.pushes("refused") == 1

    play(story, tmp_path)


def test_one_subscription_with_another_key_is_kept_and_does_not_stop_the_service(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "old_key")
        stage.subscribes(BOB, "laptop")
        stage.push_service.answers("old_key", 403)
        stage.canister.queues(ALICE)
        stage.canister.queues(BOB)
        await stage.after(1)

        assert len(stage.received("laptop")) == 1
        assert len(stage.canister.subscriptions[ALICE]) == 1
        assert stage.processor.problem() is None

    play(story, tmp_path)


def test_a_service_that_refuses_our_key_again_and_again_is_left_alone_and_reported(tmp_path):
    async def story(stage: Stage) -> None:
        for number in range(REFUSALS_BEFORE_REST):
            stage.subscribes(ALICE, f"browser_{number}")
            stage.push_service.answers(f"browser_{number}", 401)
        stage.canister.queues(ALICE)
        await stage.after(1)
        assert "VAPID" in (stage.processor.problem() or "")

        stage.canister.queues(ALICE)
        await stage.after(60)
        assert len(stage.push_service.deliveries) == REFUSALS_BEFORE_REST

        await stage.after(3600)
        assert stage.processor.problem() is None
        assert len(stage.push_service.deliveries) == 2 * REFUSALS_BEFORE_REST

    play(story, tmp_path)


def test_a_redirect_is_not_followed(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.push_service.answers("laptop", 307, location=stage.push_service.endpoint("elsewhere"))
        stage.canister.queues(ALICE)
        await stage.after(1)

        assert stage.push_service.received("elsewhere") == []
        assert stage.metrics.pushes("refused") == 1

    play(story, tmp_path)


def test_a_service_that_cannot_be_reached_is_tried_later(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop", endpoint="http://127.0.0.1:9/push/laptop")
        stage.canister.queues(ALICE)
        await stage.after(1)

        assert stage.metrics.pushes("try_later") == 1
        assert stage.lanes.waiting_count() == 1

    play(story, tmp_path)


def test_keys_that_are_no_keys_are_refused_and_harm_nobody_else(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        good = stage.canister.subscriptions[ALICE][0]
        broken_keys = [("", ""), ("not base64 ü", good.auth), ("AAAA", good.auth), (good.p256dh, "AA"), OFF_THE_CURVE]
        for p256dh, auth in broken_keys:
            broken = Subscription(BOB, stage.push_service.endpoint("broken"), p256dh, auth)
            stage.canister.subscriptions.setdefault(BOB, []).append(broken)

        stage.canister.queues(BOB, ALICE)
        await stage.after(1)

        assert len(stage.received("laptop")) == 1
        assert stage.push_service.received("broken") == []

    play(story, tmp_path)


def test_without_the_development_flag_nothing_is_pushed_to_this_machine(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        stage.canister.queues(ALICE)
        await stage.after(1)

        assert stage.push_service.deliveries == []
        assert stage.metrics.pushes("refused") == 1

    play(story, tmp_path, allow_loopback=False)


def test_the_relay_stops_reading_while_too_much_waits_and_reads_on_afterwards(tmp_path):
    async def story(stage: Stage) -> None:
        stage.subscribes(ALICE, "laptop")
        for number in range(250):
            stage.canister.queues(ALICE, payload=json.dumps(number).encode())

        await stage.processor.turn()
        stage.clock.advance(1)
        await stage.processor.turn()
        assert stage.processor.cursor == 100
        assert stage.lanes.in_flight_count() == 2

        for _ in range(5):
            await stage.after(1)
        assert sorted(int(payload) for payload in stage.received("laptop")) == list(range(250))

    play(story, tmp_path, bounds=Bounds(in_flight=2, ready=50))


def test_the_payload_never_reaches_the_log(tmp_path, caplog):
    async def story(stage: Stage) -> None:
        for name, status in (("laptop", 400), ("phone", 503), ("tablet", 410), ("desk", 401)):
            stage.subscribes(ALICE, name)
            stage.push_service.answers(name, status)
        stage.canister.queues(ALICE, payload=b'{"text":"a secret about hiking"}')
        await stage.after(1)
        stage.canister.is_away = True
        await stage.after(1)

    caplog.set_level("DEBUG")
    play(story, tmp_path)

    assert "rests for" in caplog.text
    assert "secret" not in caplog.text
    assert "/push/" not in caplog.text
