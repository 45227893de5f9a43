"""The operator's side of a running replica: what is below `/_/`, with the token from its data directory.

Calls and queries go through an `Agent`, as on any network; this is for what only this replica has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx

from parley.problems import Problem

_PAGE_CANISTERS: Final = 500
_TIMEOUT_SECONDS: Final = 60.0


class OperatorClient:
    def __init__(self, token_file: Path) -> None:
        """Raises `Problem` if the token cannot be read: then whoever asks is not the operator."""
        self._token_file = token_file
        token, url = read_token(token_file)
        headers = {"authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def status(self) -> dict[str, Any]:
        return dict(self._get("/_/status").json())

    def canisters(self, search: str = "") -> Iterator[dict[str, Any]]:
        """All that match, in the order of their ids."""
        after = ""
        while True:
            parameters: dict[str, str | int] = {"search": search, "after": after, "limit": _PAGE_CANISTERS}
            page = self._get("/_/canisters", parameters).json()
            yield from page["canisters"]
            if page["next"] is None:
                return
            after = page["next"]

    def canister(self, canister_id: object) -> dict[str, Any]:
        return dict(self._get(f"/_/canisters/{canister_id}").json())

    def logs(self, canister_id: object, *, first: int = 0) -> list[dict[str, Any]]:
        """Records with `index`, `time_ns` and `text`, from the index `first` on."""
        return list(self._get(f"/_/canisters/{canister_id}/logs", {"first": first}).json()["records"])

    def advance_time(self, seconds: float) -> int:
        """Answers the new time, in nanoseconds."""
        answer = self._checked(self._send("POST", "/_/time/advance", json={"seconds": seconds}))
        return int(answer.json()["clock_ns"])

    def dashboard_link(self) -> str:
        """Signs a browser in, once, within a minute."""
        path = self._checked(self._send("POST", "/_/links")).json()["path"]
        return str(self._client.base_url.join(path))

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str, parameters: dict[str, str | int] | None = None) -> httpx.Response:
        return self._checked(self._send("GET", path, params=parameters))

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            raise Problem(f"The replica at {self._client.base_url} does not answer: {error}") from error

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise Problem(
                f"The replica at {self._client.base_url} does not know the token in {self._token_file}.",
                "Another replica is running there: say which one is meant with --data.",
            )
        if response.is_error:
            raise Problem(response.text.strip())
        return response


def read_token(token_file: Path) -> tuple[str, str]:
    """The token, and the address of the replica that wrote it. Raises `Problem`."""
    try:
        token, url = token_file.read_text().split()
    except (OSError, ValueError) as error:
        raise Problem(
            f"The operator's token cannot be read from {token_file}: {error}.",
            "The replica writes it when it starts. Is --data its directory, and does it belong to you?",
        ) from error
    return token, url
