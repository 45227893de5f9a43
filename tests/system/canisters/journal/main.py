"""Keeps numbers, counts how often each was written, and writes them to a second journal before it answers."""

from kybra import Async, Opt, Principal, Service, StableBTreeMap, Tuple, Vec, nat64, query, service_update, update

entries = StableBTreeMap[nat64, nat64](memory_id=0, max_key_size=15, max_value_size=15)


class OtherJournal(Service):
    @service_update
    def append(self, entry: nat64) -> nat64: ...


def note(entry: nat64) -> nat64:
    times = (entries.get(entry) or 0) + 1
    entries.insert(entry, times)
    return times


@update
def append(entry: nat64) -> nat64:
    return note(entry)


@update
def append_to_both(entry: nat64, copy: Principal) -> Async[Opt[nat64]]:
    times = note(entry)
    result = yield OtherJournal(copy).append(entry)
    if result.Err is not None:
        return None
    return times


@query
def all_entries() -> Vec[Tuple[nat64, nat64]]:
    return entries.items()
