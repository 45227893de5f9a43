"""Functions of Python that reach out of a canister, and clean-up that never runs."""

from kybra import query, text


@query
def read() -> text:
    print("hello")  # refused: 46
    return open("/etc/hostname").read() + str(eval("1"))  # refused: 46


class Leaving:
    """Is never told that it leaves."""

    def __del__(self) -> None:  # refused: 46
        pass


@query
def where() -> text:
    return __file__  # refused: 46
