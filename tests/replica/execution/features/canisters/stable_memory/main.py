"""Raw stable memory, in 32 and in 64 bits."""

from kybra import Stable64GrowResult, StableGrowResult, blob, ic, nat32, nat64, query, update, void


@query
def stable_size() -> nat32:
    return ic.stable_size()


@query
def stable64_size() -> nat64:
    return ic.stable64_size()


@update
def stable_grow(pages: nat32) -> StableGrowResult:
    return ic.stable_grow(pages)


@update
def stable64_grow(pages: nat64) -> Stable64GrowResult:
    return ic.stable64_grow(pages)


@update
def stable_write(offset: nat32, data: blob) -> void:
    ic.stable_write(offset, data)


@update
def stable64_write(offset: nat64, data: blob) -> void:
    ic.stable64_write(offset, data)


@query
def stable_read(offset: nat32, length: nat32) -> blob:
    return ic.stable_read(offset, length)


@query
def stable64_read(offset: nat64, length: nat64) -> blob:
    return ic.stable64_read(offset, length)


@query
def stable_bytes() -> blob:
    return ic.stable_bytes()


@update
def write_and_trap(data: blob) -> void:
    ic.stable_write(0, data)
    ic.trap("undo it")


@query
def write_in_query(data: blob) -> blob:
    ic.stable_write(0, data)
    return ic.stable_read(0, len(data))
