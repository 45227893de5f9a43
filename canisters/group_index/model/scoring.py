"""How well a group answers a search, scored as OpenChat does; the name counts five times the description."""

from math import exp

NAME_WEIGHT = 5.0
DESCRIPTION_WEIGHT = 1.0
TERM_BYTES_MIN = 2
TERM_BYTES_MAX = 20
_SCALE = 10_000


def score(name: str, description: str, term: str) -> int:
    """0 is no match; more is better."""
    tokens = term.split()
    if not tokens:
        return 0
    total = _field_score(name, tokens, NAME_WEIGHT) + _field_score(description, tokens, DESCRIPTION_WEIGHT)
    return int(total * _SCALE)


def _field_score(field: str, tokens: list[str], weight: float) -> float:
    """Short fields count more: the same word says more in a short name than in a long one."""
    folded = field.lower()
    average = sum(_token_score(field, folded, token) for token in tokens) / len(tokens)
    return average * (1 + exp(-len(field.encode()) / 20)) * weight


def _token_score(field: str, folded: str, token: str) -> int:
    if field.startswith(token):
        return 5
    if folded.startswith(token.lower()):
        return 3
    if token in field:
        return 2
    return 1 if token.lower() in folded else 0
