"""A website canister of alice's in a replica, and what uploaders and browsers do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from parley.bundler import bundle
from parley.interfaces import ask, call
from parley.places import ROOT
from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import lookup_value
from replica.principal import Principal
from tests.canisters.certified_http.verifier import certificate_of, verify_response
from tests.fixtures.replica import ALICE, LocalReplica


@dataclass(slots=True)
class Website:
    replica: LocalReplica
    canister_id: Principal

    def updates(self, method: str, *values: object, sender: Principal = ALICE) -> Any:
        return call(self.replica.agent(sender), "website", self.canister_id, method, *values)

    def asks(self, method: str, *values: object) -> Any:
        return ask(self.replica.agent(ALICE), "website", self.canister_id, method, *values)

    def stores(self, key: str, content: bytes, *, content_type: str = "text/html", encoding: str = "identity") -> None:
        args = {"key": key, "content_type": content_type, "content_encoding": encoding, "content": content}
        self.updates("store", {**args, "sha256": None})

    def begins(self) -> int:
        return int(self.updates("create_batch", {})["batch_id"])

    def sends(self, batch_id: int, content: bytes) -> int:
        return int(self.updates("create_chunk", {"batch_id": batch_id, "content": content})["chunk_id"])

    def commits(self, batch_id: int, *operations: dict[str, Any]) -> None:
        self.updates("commit_batch", {"batch_id": batch_id, "operations": list(operations)})

    def get(self, url: str, *headers: tuple[str, str]) -> dict[str, Any]:
        """The whole answer to a browser, parts that are streamed included, with its proof checked."""
        request = {"method": "GET", "url": url, "headers": list(headers), "body": b"", "certificate_version": 2}
        response = dict(self.asks("http_request", request))
        response["body"] = bytes(response["body"]) + self._rest(response["streaming_strategy"])
        verify_response(url=url, response=response, root=self.certified_data(response))
        return response

    def certified_data(self, response: dict[str, Any] | None = None) -> bytes:
        """What the replica has signed for this canister, from the certificate in an answer."""
        if response is None:
            request = {"method": "GET", "url": "/", "headers": [], "body": b"", "certificate_version": 2}
            response = self.asks("http_request", request)
        tree = verify_certificate(certificate_of(response), self.replica.core.root_key_der)
        data = lookup_value(tree, (b"canister", bytes(self.canister_id), b"certified_data"))
        assert data is not None
        return data

    def _rest(self, strategy: Any) -> bytes:
        body = b""
        token = None if strategy is None else strategy["Callback"]["token"]
        if strategy is not None:
            assert strategy["Callback"]["callback"][0] == self.canister_id
        while token is not None:
            part = self.asks("http_request_streaming_callback", token)
            body += bytes(part["body"])
            token = part["token"]
        return body


def header(response: dict[str, Any], name: str) -> str | None:
    return {key.lower(): value for key, value in response["headers"]}.get(name)


def create(key: str, content_type: str = "text/html", **changes: object) -> dict[str, Any]:
    args = {"key": key, "content_type": content_type, "max_age": None, "headers": None}
    return {"CreateAsset": {**args, "enable_aliasing": None, "allow_raw_access": None, **changes}}


def fill(key: str, *chunk_ids: int, encoding: str = "identity", sha256: bytes | None = None) -> dict[str, Any]:
    args = {"key": key, "content_encoding": encoding, "chunk_ids": list(chunk_ids), "sha256": sha256}
    return {"SetAssetContent": args}


@pytest.fixture
def website(replica: LocalReplica) -> Website:
    return Website(replica, replica.canister(bundle("website", ROOT)))
