"""Hello, echo and factorial."""

from kybra import nat, query, text


@query
def greet(name: text) -> text:
    return f"Hello, {name}!"


@query
def say(phrase: text) -> text:
    return phrase


@query
def fac(n: nat) -> nat:
    return 1 if n == 0 else n * fac(n - 1)
