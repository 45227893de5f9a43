"""The whole HTTP application in the test's process: requests go in, responses come out, no sockets, no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any

import cbor2
import httpx

from replica.http.app import App, create_app
from replica.principal import Principal
from tests.fixtures.replica import LocalReplica


class CountingCore:
    """The core, and how many rounds it was asked for."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self.tick_count = 0

    def tick(self, wanted: Collection[bytes] = ()) -> None:
        self.tick_count += 1
        self._core.tick(wanted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)


class Web:
    def __init__(self, replica: LocalReplica, *, peer: str = "127.0.0.1", **options: Any) -> None:
        self.core = CountingCore(replica.core)
        self.app: App = create_app(self.core, clock=replica.clock, rng=replica.rng, **options)
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(self.app, client=(peer, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self._client.aclose())
        self._loop.close()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        response: httpx.Response = self.run(self._client.request(method, url, **options))
        self._client.cookies.clear()  # a cookie is sent by whoever means to
        return response

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, body: bytes = b"", **options: Any) -> httpx.Response:
        return self.request("POST", url, content=body, **options)

    def post_all(self, posts: list[tuple[str, bytes]]) -> list[httpx.Response]:
        """All at once, as they would arrive in one turn of the event loop."""

        async def everything() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.post(url, content=body) for url, body in posts))

        responses: list[httpx.Response] = self.run(everything())
        return responses

    def call(self, canister_id: Principal, body: bytes, *, version: str = "v3") -> Any:
        return self.cbor(f"/api/{version}/canister/{canister_id}/call", body)

    def query(self, canister_id: Principal, body: bytes, *, version: str = "v2") -> Any:
        return self.cbor(f"/api/{version}/canister/{canister_id}/query", body)

    def read_state(self, canister_id: Principal, body: bytes, *, version: str = "v2") -> Any:
        return self.cbor(f"/api/{version}/canister/{canister_id}/read_state", body)

    def cbor(self, url: str, body: bytes) -> Any:
        response = self.post(url, body)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/cbor"
        return cbor2.loads(response.content)
