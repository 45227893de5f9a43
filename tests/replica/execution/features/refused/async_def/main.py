"""Asynchronous functions: a canister awaits by yielding."""

from kybra import Principal, Vec, ic, query, text, update


@update
async def ask(peer: Principal) -> text:  # refused: 1 6
    return await ic.call_raw(peer, "hello", b"", 0)  # refused: 1


@query
def names() -> Vec[text]:
    return [name async for name in ()]  # refused: 1
