"""Raw stable memory."""

from kybra import Stable64GrowResult, StableGrowResult, blob, ic, nat32, nat64, query, update, void


@update
def grow(pages: nat32) -> StableGrowResult:
    return ic.stable_grow(pages)


@update
def grow64(pages: nat64) -> Stable64GrowResult:
    return ic.stable64_grow(pages)


@update
def write(offset: nat32, data: blob) -> void:
    ic.stable_write(offset, data)


@update
def write64(offset: nat64, data: blob) -> void:
    ic.stable64_write(offset, data)


@query
def read(offset: nat32, length: nat32) -> blob:
    return ic.stable_read(offset, length)


@query
def read64(offset: nat64, length: nat64) -> blob:
    return ic.stable64_read(offset, length)


@query
def size() -> nat32:
    return ic.stable_size()


@query
def size64() -> nat64:
    return ic.stable64_size()


@query
def everything() -> nat64:
    return len(ic.stable_bytes())
