"""Kybra's parsers do not know it; `kybra.match` is another thing."""

from kybra import nat64, query, text


@query
def name(value: nat64) -> text:
    match value:  # refused: 1
        case 0:
            return "zero"
        case _:
            return "more"
