"""The load test itself works: a short run without a failure leaves a report."""

import json
import os
import re
import subprocess
import sys

from parley.places import ROOT


def test_a_short_run_has_no_failures_and_leaves_its_numbers_with_their_conditions(stack):
    environment = {
        **os.environ,
        "LOAD_USERS": "6",
        "LOAD_SECONDS": "6",
        "LOAD_SPAWN_RATE": "6",
        "LOAD_THINK_SECONDS": "0.1",
        "LOAD_SEED": "7",
    }
    command = [sys.executable, "-m", "load", "--data", str(stack.data.path)]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"Report: (\S+)/report\.html", done.stdout)
    assert found is not None
    report = json.loads((ROOT / found[1] / "report.json").read_text())
    rows = {row["method"]: row for row in report["methods"]}
    assert report["conditions"]["seed"] == 7
    assert report["machine"]["cpus"]
    assert rows["user_index.register_user"]["requests"] == 6
    assert rows["user.send_message"]["requests"] > 6
    assert rows["Aggregated"]["failures"] == 0


def test_without_a_system_the_load_test_says_how_to_start_one(tmp_path):
    command = [sys.executable, "-m", "load", "--data", str(tmp_path)]
    (tmp_path / "addresses.json").write_text('{"host": "127.0.0.1", "port": 9, "relay_port": 9}')

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "make run" in done.stdout
