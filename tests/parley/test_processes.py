"""Child processes are started, watched, restarted and stopped."""

import threading

import pytest

from parley.problems import Problem
from parley.processes import RESTARTS_MAX, Service, stop_all, supervise, wait_until


@pytest.fixture
def service(tmp_path):
    """A process that lives until it is told to stop."""
    service = Service("echo", ["tests.fixtures.echo_service"], tmp_path / "logs" / "echo.log")
    yield service
    service.stop()


def is_ready(service: Service) -> bool:
    return "ready" in service.last_lines()


def test_a_service_runs_until_it_is_stopped(service):
    service.start()
    wait_until(lambda: is_ready(service), service, timeout_seconds=20)
    assert service.is_alive()

    stop_all([service])

    assert not service.is_alive()
    assert service.last_lines().splitlines() == ["ready", "stopped in good order"]


def test_a_log_is_for_the_account_that_runs_the_service(service):
    service.start()
    service.stop()

    assert service.log_path.stat().st_mode & 0o077 == 0


def test_a_service_that_dies_while_starting_is_a_problem_with_the_end_of_its_log(tmp_path):
    service = Service("echo", ["tests.fixtures.there_is_no_such_module"], tmp_path / "echo.log")
    service.start()

    with pytest.raises(Problem, match="there_is_no_such_module"):
        wait_until(lambda: False, service, timeout_seconds=20)


def test_a_service_that_does_not_answer_in_time_is_a_problem(service):
    service.start()

    with pytest.raises(Problem, match="did not answer"):
        wait_until(lambda: False, service, timeout_seconds=0)


def test_a_service_that_dies_is_started_again(service):
    service.start()
    wait_until(lambda: is_ready(service), service, timeout_seconds=20)
    assert service.process is not None
    service.process.kill()
    service.process.wait()
    stop = threading.Event()
    said = []

    def report(text: str) -> None:
        said.append(text)
        stop.set()

    supervise([service], stop, report)

    assert service.is_alive()
    assert "started again" in said[0]


def test_a_service_that_dies_again_and_again_is_a_problem(tmp_path):
    service = Service("echo", ["tests.fixtures.there_is_no_such_module"], tmp_path / "echo.log")
    service.start()
    said = []

    with pytest.raises(Problem, match="keeps ending"):
        supervise([service], threading.Event(), said.append)

    assert len(said) == RESTARTS_MAX - 1


def test_a_service_that_never_started_can_be_stopped(tmp_path):
    Service("echo", ["tests.fixtures.echo_service"], tmp_path / "echo.log").stop()
