"""Records and variants hold members only, and every type has one name."""

from kybra import Record, Variant, nat64, null, query, text


class Documented(Record):
    """Not here."""  # refused: 23

    name: text


class WithDefault(Record):
    name: text = "nobody"  # refused: 23


class WithMethod(Record):
    name: text

    def shout(self) -> text:  # refused: 23
        return self["name"].upper()


class Result(Variant, total=False):  # refused: 24
    Ok: null
    Err: text


class GuardResult(Variant, total=False):  # refused: 24
    Ok: null


@query
def names(first: Documented, second: WithDefault, third: WithMethod, fourth: Result) -> nat64:
    return 4
