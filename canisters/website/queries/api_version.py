"""Which of the asset canister's interfaces this is: the first, without proposals and properties."""

from kybra import nat16, query


@query
def api_version() -> nat16:
    return 0
