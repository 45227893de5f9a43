"""Two commands write one page, and neither takes away what the other wrote."""

from pathlib import Path

from bench.bench_part import processor_table, render
from bench.document import write_part
from bench.figures import Figures
from bench.group import GroupFigures
from bench.results import Results


def figures(per_second: float, **cpu_micros: float) -> Figures:
    return Figures(
        per_second=per_second,
        p50_ms=1.0,
        p99_ms=2.0,
        count=10,
        answered=12,
        failures=0,
        failure_example="",
        ran_dry=0,
        cpu_share=0.05,
        cpu_micros=cpu_micros,
    )


def test_a_part_replaces_itself_and_nothing_else(tmp_path: Path):
    document = tmp_path / "benchmarks.md"

    write_part(document, "curves", "old curves")
    write_part(document, "bench", "first figures")
    write_part(document, "curves", "new curves")

    text = document.read_text()
    assert "old curves" not in text
    assert text.index("## How to measure") < text.index("first figures") < text.index("new curves")


def test_a_part_that_was_never_measured_says_how(tmp_path: Path):
    document = tmp_path / "benchmarks.md"

    write_part(document, "bench", "figures")

    assert "Not measured yet: `make curves`." in document.read_text()


def test_the_share_is_taken_between_neighbours_and_the_median_counts():
    """The machine was twice as fast in the second round; the share was not."""
    results = Results(
        messages={1: [figures(100), figures(220), figures(90)]},
        ceiling={1: [figures(400), figures(800), figures(450)]},
    )

    assert results.shares() == {1: 0.25}


def test_every_process_has_a_column():
    messages = {1: figures(1, replica=400.4, generator=20), 16: figures(1, replica=300, generator=10)}
    ceiling = {1: figures(1, ceiling=70, generator=9), 16: figures(1, ceiling=60, generator=9)}

    assert processor_table(messages, ceiling).splitlines() == [
        "| clients | replica | generator | ceiling |",
        "| ---: | ---: | ---: | ---: |",
        "| 1 | 400 | 20 | 70 |",
        "| 16 | 300 | 10 | 60 |",
    ]


def some_results() -> Results:
    return Results(
        rounds=1,
        messages={1: [figures(123, replica=400, generator=20)]},
        ceiling={1: [figures(492, ceiling=70)]},
        empty_updates={1: [figures(5_000)]},
        registrations=figures(77),
        people=1_000,
        readable_at_once=(199, 200),
        memory_mib={"nobody registered": {"replica": 70.0}, "at the end": {"replica": 80.0, "replica: front": 31.0}},
        start_seconds={"first start": 1.5},
    )


def test_the_page_shows_what_was_found():
    results = some_results()

    text = render(results, "By hand.")

    assert "| 1 | 123 | 1.0 | 2.0 | 492 | 25% | 5% of one |" in text
    assert "199 of 200 messages" in text
    assert "| 1 | 400 | 20 | 70 |" in text
    assert "| resident memory of the replica, nobody registered | 70 MiB |" in text
    assert "| resident memory of the replica, at the end | 111 MiB (replica 80, replica: front 31) |" in text
    assert "| first start | 1.50 s |" in text


def test_the_page_says_how_to_get_a_peer_if_there_was_none():
    assert "SYNAPSE_PYTHON=/somewhere/else/bin/python make bench" in render(some_results(), "By hand.")


def test_the_page_compares_with_the_peer_that_was_there():
    results = some_results()
    results.peer_name, results.peer_messages, results.peer_syncs = "Synapse 1", {1: [figures(10)]}, {1: [figures(500)]}

    text = render(results, "By hand.")

    assert "| 1 | 10 | 1.0 | 2.0 | 12.3 × | 500 | 10.0 × |" in text
    assert "SYNAPSE_PYTHON" not in text


def test_the_page_shows_the_group_that_was_measured():
    results = some_results()
    results.group = GroupFigures(
        members=1_001,
        adding_seconds=2.0,
        subscriptions=figures(800),
        answered_ms=[10.0, 12.0, 11.0],
        queued_ms=[20.0, 22.0, 21.0],
        recipients=1_000,
    )

    text = render(results, "By hand.")

    assert "## A group of 1,001 members" in text
    assert "until it is queued for 1,000 people, median / worst of 3 | 21 / 22 ms |" in text
    assert "asked at their own canister | 500 |" in text
