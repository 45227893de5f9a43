"""Timers with functions that have no name to be stored under."""

from kybra import TimerId, Vec, ic, text, update


@update
def set_lambda() -> TimerId:
    return ic.set_timer(5, lambda: ic.print("now"))  # refused: P4


@update
def set_closure(message: text) -> TimerId:
    def tell() -> None:
        ic.print(message)

    return ic.set_timer_interval(5, tell)  # refused: P4


class Job:
    """With a method."""

    def run(self) -> None:
        ic.print("method")


@update
def set_method() -> TimerId:
    return ic.set_timer(5, Job().run)  # refused: P4
