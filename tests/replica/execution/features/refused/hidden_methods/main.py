"""Methods where Kybra does not look, or that its import leaves out."""

from kybra import nat64, query, update


class Counter:
    """Not a place for methods of a canister."""

    @query
    def in_a_class(self) -> nat64:  # refused: 6
        return 1


def factory() -> object:
    @update
    def in_a_function() -> nat64:  # refused: 6
        return 2

    return in_a_function


@query
def _private() -> nat64:  # refused: 7 8
    return 3
