"""Starts a Synapse with its data in a folder of its own."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.bare import wait_for_port
from parley.problems import Problem
from parley.temporary import free_ports

VARIABLE: Final = "SYNAPSE_PYTHON"
PACKAGE: Final = "matrix-synapse"

_START_SECONDS_MAX: Final = 60
_UNLIMITED: Final = {"per_second": 1_000_000, "burst_count": 1_000_000}
_PRINT_VERSION: Final = f"from importlib.metadata import version; print(version({PACKAGE!r}))"


@dataclass(frozen=True, slots=True)
class Server:
    version: str
    port: int
    pid: int


def synapse_python() -> str | None:
    return os.environ.get(VARIABLE) or None


@contextmanager
def running_server(python: str, folder: Path) -> Iterator[Server]:
    """A new server while the block runs; `folder` is made. Raises `Problem`."""
    version = _version(python)
    folder.mkdir()
    (port,) = free_ports(1)
    command = [python, "-m", "synapse.app.homeserver", "-c", str(_write_config(folder, port))]
    with (folder / "output").open("wb") as output:
        subprocess.run([*command, "--generate-keys"], cwd=folder, check=True, stdout=output, stderr=output)  # noqa: S603
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)  # noqa: S603  # as told to
    try:
        wait_for_port(port, seconds_max=_START_SECONDS_MAX)
        yield Server(version, port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _version(python: str) -> str:
    try:
        done = subprocess.run([python, "-c", _PRINT_VERSION], check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        advice = f"Make an environment, `pip install {PACKAGE}` there, and name its Python; or leave {VARIABLE} away."
        raise Problem(f"{VARIABLE}={python} is no Python with {PACKAGE}.", advice) from error
    return done.stdout.strip()


def _write_config(folder: Path, port: int) -> Path:
    log_config = folder / "log.yaml"
    log_config.write_text(json.dumps(_log_config(folder)))
    path = folder / "homeserver.yaml"
    path.write_text(json.dumps(_config(folder, port, log_config)))  # JSON is YAML
    return path


def _config(folder: Path, port: int, log_config: Path) -> dict[str, object]:
    listener = {
        "port": port,
        "type": "http",
        "tls": False,
        "bind_addresses": ["127.0.0.1"],
        "resources": [{"names": ["client"], "compress": False}],
    }
    return {
        "server_name": "localhost",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(log_config),
        "media_store_path": str(folder / "media"),
        "pid_file": str(folder / "pid"),
        "signing_key_path": str(folder / "signing.key"),
        "macaroon_secret_key": secrets.token_hex(),
        "form_secret": secrets.token_hex(),
        "report_stats": False,
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "bcrypt_rounds": 4,  # registrations are not measured
        "presence": {"enabled": False},
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        **_without_limits(),
    }


def _without_limits() -> dict[str, object]:
    return {
        "rc_message": _UNLIMITED,
        "rc_registration": _UNLIMITED,
        "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _UNLIMITED),
        "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
        "rc_joins_per_room": _UNLIMITED,
        "rc_room_creation": _UNLIMITED,
        "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _UNLIMITED),
    }


def _log_config(folder: Path) -> dict[str, object]:
    file = {"class": "logging.FileHandler", "filename": str(folder / "homeserver.log")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"file": file},
        "root": {"level": "WARNING", "handlers": ["file"]},
    }
