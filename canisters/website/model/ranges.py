"""Where the bytes of a file are: it is a sequence of runs (uploaded chunks), each stored in pieces of one size."""

PIECE_BYTES = 60_000
# What one answer carries; larger files are streamed. The Internet Computer's limit for an answer is 2 MiB.
BODY_BYTES_MAX = 1_500_000


def piece_count(length: int) -> int:
    return (length + PIECE_BYTES - 1) // PIECE_BYTES


def pieces_of_range(runs: list[list[int]], start: int, end: int) -> list[tuple[int, int, int, int]]:
    """The pieces that hold bytes `start` to `end` of a file, each as (run, piece number, first byte, end byte).

    `runs` are pairs of a run's number and its length.
    """
    found = []
    position = 0
    for run, length in runs:
        first, last = max(start - position, 0), min(end - position, length)
        while first < last:
            number, offset = divmod(first, PIECE_BYTES)
            taken = min(PIECE_BYTES - offset, last - first)
            found.append((run, number, offset, offset + taken))
            first += taken
        position += length
    return found


def body_count(length: int) -> int:
    """In how many answers a file is sent."""
    return max((length + BODY_BYTES_MAX - 1) // BODY_BYTES_MAX, 1)
