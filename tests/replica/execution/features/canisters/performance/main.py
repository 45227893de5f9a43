"""The performance counters."""

from kybra import Async, Principal, Tuple, ic, nat64, query, update


@query
def of_message() -> Tuple[nat64, nat64]:
    before = ic.performance_counter(0)
    sum(range(10_000))
    return (before, ic.performance_counter(0))


@update
def of_call() -> Async[Tuple[nat64, nat64]]:
    sum(range(10_000))
    yield ic.call_raw(Principal.from_str("aaaaa-aa"), "raw_rand", b"DIDL\x00\x00", 0)
    return (ic.performance_counter(0), ic.performance_counter(1))


@query
def unknown() -> nat64:
    return ic.performance_counter(5)
