"""Variables of the module: all canisters with this code would share them."""

from kybra import Vec, nat, query, text, update

count = 0
names = []  # refused: P1
ages: dict = {}  # refused: P1
LIMITS = {"name": 20}


@update
def increment() -> nat:
    global count  # refused: P2
    count += 1
    return count


@update
def add(name: text) -> Vec[text]:
    names.append(name)  # refused: P1
    LIMITS["name"] = 30  # refused: P1
    return names


def helper(seen: list = []) -> int:  # refused: P1
    return len(seen)


@query
def read() -> nat:
    return count + helper()
