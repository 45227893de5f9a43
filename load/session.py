"""One person's signed requests through locust's client, which measures them.

Request names are methods (`user.send_message`), never ids, so that a report has a dozen rows. An answer that is not the
variant hoped for is a failure with the variant as its text: a quick refusal must not look like a quick success.
"""

from __future__ import annotations

import time
from typing import Any, Final

from load.wire import HEADERS, Result, call_answer, call_envelope, query_answer, query_envelope, read_state_envelope
from parley.agent import AgentError
from parley.identity import FastIdentity
from replica.principal import Principal

POLLS_MAX: Final = 20
POLL_SECONDS: Final = 0.25
_TEXT_CHARACTERS_MAX: Final = 200


class Session:
    def __init__(self, client: Any, identity: FastIdentity) -> None:
        self._client = client
        self._identity = identity

    def update(
        self, kind: str, canister_id: Principal, method: str, arg: bytes, *, expect: tuple[str, ...] = ("Success",)
    ) -> Result | None:
        """Call and wait for the certified answer; None if it is not one of `expect`, which locust has counted then."""
        request_id, body = call_envelope(self._identity, canister_id, method, arg)
        with self._post(f"/api/v4/canister/{canister_id.text}/call", body, f"{kind}.{method}") as response:
            if response.status_code not in (200, 202):
                return _failure(response, _http_error(response))
            try:
                reply = call_answer(response.content, request_id) if response.status_code == 200 else None
                return _judge(response, reply or self._await_reply(canister_id, request_id), expect)
            except AgentError as error:
                return _failure(response, str(error))

    def query(
        self, kind: str, canister_id: Principal, method: str, arg: bytes, *, expect: tuple[str, ...] = ("Success",)
    ) -> Result | None:
        body = query_envelope(self._identity, canister_id, method, arg)
        with self._post(f"/api/v3/canister/{canister_id.text}/query", body, f"{kind}.{method}") as response:
            if response.status_code != 200:
                return _failure(response, _http_error(response))
            try:
                return _judge(response, query_answer(response.content), expect)
            except AgentError as error:
                return _failure(response, str(error))

    def _await_reply(self, canister_id: Principal, request_id: bytes) -> bytes:
        """The way of last resort, when the call took longer than the server holds a request open."""
        for _ in range(POLLS_MAX):
            time.sleep(POLL_SECONDS)
            body = read_state_envelope(self._identity, request_id)
            with self._post(f"/api/v3/canister/{canister_id.text}/read_state", body, "read_state") as response:
                if response.status_code != 200:
                    raise AgentError(_http_error(response))
                if (reply := call_answer(response.content, request_id)) is not None:
                    return reply
        raise AgentError("no answer in time; the outcome is unknown")

    def _post(self, path: str, body: bytes, name: str) -> Any:
        return self._client.post(path, data=body, headers=HEADERS, name=name, catch_response=True)


def _judge(response: Any, reply: bytes, expect: tuple[str, ...]) -> Result | None:
    result = Result(reply)
    if not result.is_one_of(expect):
        return _failure(response, f"answered {result}, not {' or '.join(expect)}")
    response.success()
    return result


def _failure(response: Any, text: str) -> Result | None:
    """Count a failure; there is no result then."""
    response.failure(text[:_TEXT_CHARACTERS_MAX])
    return None


def _http_error(response: Any) -> str:
    return f"HTTP {response.status_code}: {(response.text or '').strip()}"
