"""A canister on a replica of its own asks a server outside, with everything real between the two."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from parley.agent import AgentRejected, HttpAgent
from parley.identity import FastIdentity
from parley.management import create_canister, install_module, upload_module
from replica.bundles import bundle_project
from replica.candid.did import parse_did
from replica.execution.kybra_engine import KybraEngine
from tests.fixtures.replica_process import ReplicaProcess

PROJECT = Path(__file__).parents[1] / "replica/execution/features/canisters/outgoing_http_requests/main.py"
TRILLION = 10**12


class PriceService(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, "agent": self.headers["user-agent"]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Tests print nothing."""


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), PriceService)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_canister_asks_only_the_server_that_the_operator_named(
    tmp_path: Path, service: ThreadingHTTPServer, processes: str
):
    module = bundle_project(PROJECT)
    interface = parse_did(KybraEngine().load(module).candid)
    here = f"127.0.0.1:{service.server_port}"
    replica = ReplicaProcess(
        tmp_path, modules=(module,), arguments=("--allow-outcalls", here, "--processes", processes)
    )
    replica.start()
    try:
        with HttpAgent(replica.url, FastIdentity()) as agent:
            canister = create_canister(agent, cycles=10 * TRILLION)
            chunks = upload_module(agent, canister, module)
            install_module(agent, canister, module, mode="install", arg=b"DIDL\x00\x00", chunk_hashes=chunks)
            reply = agent.update(canister, "get", interface.encode_args("get", f"http://{here}/price"))
            with pytest.raises(AgentRejected, match="does not let canisters call"):
                agent.update(canister, "get", interface.encode_args("get", "http://127.0.0.1:1/"))
    finally:
        replica.stop()

    (answer,) = interface.decode_results("get", reply)
    assert json.loads(bytes(answer["response"]["body"])) == {"path": "/price", "agent": "ic/1.0"}
