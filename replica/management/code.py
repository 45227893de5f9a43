"""Installing, replacing and removing the code of a canister. Interface spec, "IC method install_code".

Everything here happens in the transaction of one call: a hook that traps leaves the canister as it was, code and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from replica.execution.system_api import Context, Init, Module, PostUpgrade, PreUpgrade
from replica.management import access, refusals
from replica.management.changes import note_change
from replica.management.host import Args, Host, ManagementCall
from replica.state.canister import Canister

MODULE_BYTES_MAX: Final = 100 * 2**20
_MODULE_STARTS: Final = (b"\x1f\x8b\x08", b"\x00asm")


def install_code(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    _install(host, call, canister, args["mode"], args["wasm_module"], args["arg"])
    return ()


def install_chunked_code(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["target_canister"], call)
    store = canister
    if args["store_canister"] is not None:
        store = access.controlled_or_own(host.state, args["store_canister"], call)
    module_bytes = _put_together(host, store, [each["hash"] for each in args["chunk_hashes_list"]])
    module_hash = sha256(module_bytes).digest()
    if module_hash != args["wasm_module_hash"]:
        raise refusals.wrong_module_hash(args["wasm_module_hash"], module_hash)
    _install(host, call, canister, args["mode"], module_bytes, args["arg"])
    return ()


def uninstall_code(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    uninstall(host, call, access.controlled_or_administered(host.state, args["canister_id"], call))
    return ()


def uninstall(host: Host, call: ManagementCall, canister: Canister) -> None:
    """Make the canister empty again. Its id, cycles, settings, snapshots and history stay."""
    host.state.canisters.touch(canister)
    set_module(host, canister, None, None, b"")
    clear_memory(host, canister)
    host.state.chunks.clear(canister)
    canister.version += 1
    note_change(host, call, canister, "code_uninstall", {})
    call.after_commit.append(lambda: host.close_contexts(canister))
    call.after_commit.append(canister.drop_continuations)


def clear_memory(host: Host, canister: Canister) -> None:
    """Everything the code of a canister left behind. The caller has touched the canister."""
    canister.state.clear()
    canister.certified_data = b""
    host.state.timers.clear_all(canister)
    host.state.logs.clear(canister)


def _put_together(host: Host, store: Canister, chunk_hashes: list[bytes]) -> bytes:
    """The bytes whose chunks have these hashes. A list may name one chunk often, so it is their sum that is bounded."""
    module = bytearray()
    for chunk_hash in chunk_hashes:
        chunk = host.state.chunks.get(store, chunk_hash)
        if chunk is None:
            raise refusals.chunk_missing(chunk_hash)
        module += chunk
        if len(module) > MODULE_BYTES_MAX:
            raise refusals.module_too_large(MODULE_BYTES_MAX)
    return bytes(module)


def _install(
    host: Host, call: ManagementCall, canister: Canister, mode: Mapping[str, Any], module_bytes: bytes, arg: bytes
) -> None:
    (kind,) = mode
    if kind == "install" and canister.module_hash is not None:
        raise refusals.not_empty(canister.id)
    if kind == "upgrade" and canister.module_hash is None:
        raise refusals.no_module(canister.id)
    module = accepted_module(host, canister, module_bytes)
    host.state.canisters.touch(canister)
    if kind == "upgrade":
        _run_pre_upgrade(host, call, canister, mode[kind])
        host.state.timers.clear_all(canister)
    else:
        clear_memory(host, canister)
    set_module(host, canister, module, sha256(module_bytes).digest(), module_bytes)
    entry, context = (PostUpgrade(arg), Context.POST_UPGRADE) if kind == "upgrade" else (Init(arg), Context.INIT)
    host.run_hook(canister, module, entry, context, caller=call.caller, now_ns=call.now_ns)
    canister.version += 1
    canister.installed_at_ns = call.now_ns
    note_change(host, call, canister, "code_deployment", {"mode": kind, "module_hash": canister.module_hash})
    call.after_commit.append(canister.drop_continuations)


def accepted_module(host: Host, canister: Canister, module_bytes: bytes) -> Module:
    """The one gate in front of all code: whatever is to run passes here. Raises `Reject`."""
    if not module_bytes.startswith(_MODULE_STARTS):
        raise refusals.not_a_module(canister.id)
    check_is_allowed(host, sha256(module_bytes).digest())
    return host.load(canister.id, module_bytes)


def check_is_allowed(host: Host, module_hash: bytes) -> None:
    if not host.is_module_allowed(module_hash):
        raise refusals.module_not_allowed(module_hash, host.allow_list_hint)


def _run_pre_upgrade(host: Host, call: ManagementCall, canister: Canister, options: Mapping[str, Any] | None) -> None:
    if options is not None and options["skip_pre_upgrade"]:
        return
    old = host.module_of(canister)
    if old is not None:
        host.run_hook(canister, old, PreUpgrade(), Context.PRE_UPGRADE, caller=call.caller, now_ns=call.now_ns)


def set_module(
    host: Host, canister: Canister, module: Module | None, module_hash: bytes | None, module_bytes: bytes
) -> None:
    modules, old_hash = host.state.modules, canister.module_hash
    if module is not None and module_hash is not None:
        modules.acquire(
            module_hash, module_bytes, candid=module.candid, has_heartbeat=module.has_heartbeat, name=module.name
        )
    if old_hash is not None:
        modules.release(old_hash)
    canister.module_hash = module_hash
    canister.has_heartbeat = module is not None and module.has_heartbeat
