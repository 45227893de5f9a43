"""The bytes of files, in runs. A run is written once, belongs to one chunk or one file, and is deleted with it."""

from hashlib import sha256

from canisters.website import state
from canisters.website.model.ranges import PIECE_BYTES, piece_count, pieces_of_range


def write_run(data: bytes) -> list[int]:
    """Store the bytes; the run's number and length."""
    run = state.next_id()
    for number in range(piece_count(len(data))):
        state.content.insert(_key(run, number), data[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])
    return [run, len(data)]


def read(runs: list[list[int]], start: int, end: int) -> bytes:
    return b"".join(_piece(run, number)[first:last] for run, number, first, last in pieces_of_range(runs, start, end))


def delete_runs(runs: list[list[int]]) -> None:
    for run, length in runs:
        for number in range(piece_count(length)):
            state.content.remove(_key(run, number))


def runs_sha256(runs: list[list[int]]) -> bytes:
    digest = sha256()
    for run, length in runs:
        for number in range(piece_count(length)):
            digest.update(_piece(run, number))
    return digest.digest()


def _piece(run: int, number: int) -> bytes:
    piece = state.content.get(_key(run, number))
    assert piece is not None, "a file has lost a piece"
    return piece


def _key(run: int, number: int) -> bytes:
    return run.to_bytes(8, "big") + number.to_bytes(4, "big")
