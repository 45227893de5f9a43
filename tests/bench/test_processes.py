"""Processor time and memory are those of the process and of its children, each by itself, and of nobody else."""

import subprocess
import sys

import pytest

from bench.processes import memory_mib, processor_time

COMPUTE = "sum(range(3_000_000)); print('ready', flush=True); input()"
WITH_A_CHILD = "import subprocess, sys; input(); subprocess.run([sys.executable, '-c', {code!r}, *{arguments!r}])"


def a_process(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def test_what_a_process_computes_is_counted():
    with a_process(f"input(); {COMPUTE}") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with processor_time(process.pid, "server") as used:
            process.stdin.write("\n")
            process.stdout.readline()
        process.stdin.write("\n")

    assert set(used.seconds) == {"server"}
    assert used.seconds["server"] > 0
    assert used.micros_per(10)["server"] == used.seconds["server"] / 10 * 1e6
    assert used.micros_per(0) == {}


@pytest.mark.parametrize(
    ("arguments", "name"), [((), "server: child 1"), (("--as-front", "3,4"), "server: front")], ids=["unnamed", "named"]
)
def test_a_child_is_counted_by_itself(arguments: tuple[str, ...], name: str):
    with a_process(WITH_A_CHILD.format(code=COMPUTE, arguments=arguments)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with processor_time(process.pid, "server") as used:
            process.stdin.write("\n")
            process.stdout.readline()
            memory = memory_mib(process.pid, "server")
        process.stdin.write("\n")

    assert set(used.seconds) == set(memory) == {"server", name}
    assert used.seconds[name] > 0
    assert all(mib > 1 for mib in memory.values())
