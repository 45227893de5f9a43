"""One push: encrypt, sign, post, and say what came of it. The only module of the relay that reaches push services.

pywebpush does the encryption (RFC 8291) and the VAPID header (RFC 8292). Three of its habits matter here: it writes
into the claims it is given, so they are made anew for each push; its time to live is 0, which drops the message if the
browser is closed; and its timeout is hours.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Protocol, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from http_ece import ECEException  # type: ignore[import-untyped]
from multidict import CIMultiDictProxy
from py_vapid import Vapid02, VapidException
from pywebpush import WebPushException, webpush_async

from relay.clock import Clock
from relay.endpoints import EndpointRule
from relay.outcomes import Outcome, Refused, TooLarge, TryLater, outcome_of
from relay.reader import Subscription

# A push message has at most 4096 bytes encrypted; header, tag and padding mark take 103. RFC 8291 §4.
PLAINTEXT_BYTES_MAX: Final = 3993
SOMETHING_NEW: Final = json.dumps({"type": "something_new"}).encode()


class Pusher(Protocol):
    async def push(self, subscription: Subscription, payload: bytes, *, ttl_seconds: int) -> Outcome: ...


class WebPusher:
    """A `Pusher` over HTTP. Use as an async context manager: it keeps connections to push services open."""

    def __init__(
        self, vapid: Vapid02, *, subject: str, rule: EndpointRule, clock: Clock, timeout_seconds: float = 10.0
    ) -> None:
        self._vapid = vapid
        self._subject = subject
        self._rule = rule
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def __aenter__(self) -> WebPusher:
        connector = aiohttp.TCPConnector(resolver=_PublicResolver(self._rule))
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def push(self, subscription: Subscription, payload: bytes, *, ttl_seconds: int) -> Outcome:
        if (refusal := self._rule.refusal(subscription.endpoint)) is not None:
            return Refused(f"endpoint: {refusal}")
        if not (_has_bytes(subscription.p256dh, 65) and _has_bytes(subscription.auth, 16)):
            return Refused("subscription keys")
        if len(payload) > PLAINTEXT_BYTES_MAX:
            return TooLarge()
        try:
            await webpush_async(
                subscription_info={
                    "endpoint": subscription.endpoint,
                    "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
                },
                data=cast("str", payload),  # bytes pass through unchanged, whatever the annotation says
                vapid_private_key=self._vapid,
                vapid_claims={"sub": self._subject},
                ttl=ttl_seconds,
                headers={"urgency": "high"},
                aiohttp_session=cast("aiohttp.ClientSession", _NoRedirects(self._session, self._timeout)),
            )
        except WebPushException as error:
            status = error.status_code
            if status is None:
                return Refused("subscription keys")
            return outcome_of(status, error.retry_after, now=self._clock.now())
        except (aiohttp.ClientError, TimeoutError, OSError):
            return TryLater()
        except (ValueError, ECEException, VapidException):
            # A point that is not on the curve, or a host that no VAPID audience can name.
            return Refused("subscription keys")
        return outcome_of(201, None, now=self._clock.now())


def _has_bytes(text: str, length: int) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == length
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Answer:
    """What pywebpush looks at in a response. Bodies are not read: a service must not be able to fill our memory."""

    status: int
    reason: str | None
    headers: CIMultiDictProxy[str]

    async def text(self) -> str:
        return ""


class _NoRedirects:
    """The part of a session that pywebpush uses. A redirect is answered as what it is, a refusal: following it would
    take the relay to an address that no rule has seen."""

    def __init__(self, session: aiohttp.ClientSession, timeout: aiohttp.ClientTimeout) -> None:
        self._session = session
        self._timeout = timeout

    async def post(self, url: str, *, data: bytes, headers: dict[str, str], **_: Any) -> _Answer:
        async with self._session.post(
            url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False
        ) as response:
            return _Answer(response.status, response.reason, response.headers)


class _PublicResolver(AbstractResolver):
    """Resolves names, and keeps only addresses that the rule allows: a public name may point into our own network."""

    def __init__(self, rule: EndpointRule) -> None:
        self._rule = rule
        self._resolver: ThreadedResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = ThreadedResolver(loop=asyncio.get_running_loop())
        found = await self._resolver.resolve(host, port, family)
        allowed = [result for result in found if self._rule.allows_address(result["host"])]
        if not allowed:
            raise OSError(f"{host} has no public address")
        return allowed

    async def close(self) -> None:
        if self._resolver is not None:
            await self._resolver.close()
