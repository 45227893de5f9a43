"""Finding people by a part of their name; pure rules.

Names that start with the term come first, then shorter ones, then those with the same capitals, then by alphabet.
"""

from collections.abc import Iterable

TERM_BYTES_MAX = 25


def normalized(term: str) -> str:
    """Names have no spaces and at most 25 characters, so a term needs no more."""
    return term.replace(" ", "")[:TERM_BYTES_MAX]


def best_matches(blocks: Iterable[tuple[int, str]], term: str, *, results_max: int, excluded: int) -> list[int]:
    """Numbers of the users whose names contain `term`, best first. An empty term finds nobody.

    `blocks` are names, one a line, with the number of the user on the first line.
    """
    if not term:
        return []
    lowered = term.lower()
    found = []
    for first_number, names in blocks:
        # Most blocks hold no match at all, and one look at the whole text tells.
        if lowered in names.lower():
            lines = names.split("\n")
            found += [(rank(name, term, lowered), first_number + line) for line, name in enumerate(lines) if name]
    matches = sorted((key, number) for key, number in found if key is not None and number != excluded)
    return [number for _, number in matches[:results_max]]


def rank(name: str, term: str, lowered: str) -> tuple[bool, int, bool, str] | None:
    """A key that sorts better matches first; None if the name does not contain the term."""
    folded = name.lower()
    if lowered not in folded:
        return None
    return (not folded.startswith(lowered), len(name), term not in name, folded)
