"""Compiles a canister to Wasm with the real Kybra, from its bundle folder. `dfx build` calls it through dfx.json.

The folder holds exactly the modules the canister reaches, so what Kybra gathers is what the replica would run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from parley.bundler import write_bundle_folder
from parley.modules import bundling
from parley.places import BUNDLES, ROOT
from parley.problems import Problem


def compile_canister(name: str) -> Path:
    """Write the bundle folder of `name` and run Kybra in it; answers the path of the Wasm module."""
    if sys.version_info >= (3, 12):
        raise Problem(
            f"Kybra 0.7.1 compiles with Python 3.10 or 3.11, not {sys.version_info.major}.{sys.version_info.minor}.",
            "`make clean && PYTHON=python3.11 make run` makes an environment that it accepts.",
        )
    with bundling():
        folder = write_bundle_folder(name, ROOT, BUNDLES)
    output = folder / ".kybra" / name
    # dfx names the reviewed interface here, and Kybra would overwrite it.
    environment = {**os.environ, "CANISTER_CANDID_PATH": str(output / f"{name}.did")}
    command = [sys.executable, "-m", "kybra", name, f"canisters/{name}/main.py"]
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:  # noqa: S603  # our own command
        raise Problem(f"Kybra could not compile {name}.", "Its messages are above; KYBRA_VERBOSE=true says more.")
    return output / f"{name}.wasm"
