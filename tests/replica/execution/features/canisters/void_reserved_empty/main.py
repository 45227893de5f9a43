"""void answers with no value, reserved takes anything and is None, empty has no values at all."""

from kybra import empty, query, reserved, text, update, void


@update
def nothing() -> void:
    pass


@update
def something_for_nothing() -> void:
    return 5


@query
def anything(value: reserved) -> text:
    return str(value)


@query
def any_result() -> reserved:
    return {"whatever": [1, 2, 3]}


@query
def never() -> empty:
    return 0


@query
def never_called(value: empty) -> text:
    return "called"
