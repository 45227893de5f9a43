"""The management canister, as far as our canisters call it. Interface spec, "The IC management canister".

Only the fields we set or read are declared: absent optional fields and unknown ones are what Candid skips.
"""

from collections.abc import Generator
from typing import Any

from kybra import Opt, Principal, Record, Service, Variant, Vec, blob, nat64, null, service_update, void

from canisters.lib import env


class ManagementSettings(Record):
    controllers: Opt[Vec[Principal]]


class ManagementCreateArgs(Record):
    settings: Opt[ManagementSettings]


class ManagementCanister(Record):
    canister_id: Principal


class ManagementChunkHash(Record):
    hash: blob


class ManagementUpgradeOptions(Record):
    skip_pre_upgrade: Opt[bool]


class ManagementInstallMode(Variant, total=False):
    install: null
    reinstall: null
    upgrade: Opt[ManagementUpgradeOptions]


class ManagementInstallArgs(Record):
    mode: ManagementInstallMode
    target_canister: Principal
    store_canister: Opt[Principal]
    chunk_hashes_list: Vec[ManagementChunkHash]
    wasm_module_hash: blob
    arg: blob
    sender_canister_version: Opt[nat64]


class ManagementInfoArgs(Record):
    canister_id: Principal
    num_requested_changes: Opt[nat64]


class ManagementInfo(Record):
    controllers: Vec[Principal]


class Management(Service):
    @service_update
    def create_canister(self, args: ManagementCreateArgs) -> ManagementCanister: ...

    @service_update
    def install_chunked_code(self, args: ManagementInstallArgs) -> void: ...

    @service_update
    def start_canister(self, args: ManagementCanister) -> void: ...

    @service_update
    def stop_canister(self, args: ManagementCanister) -> void: ...

    @service_update
    def canister_info(self, args: ManagementInfoArgs) -> ManagementInfo: ...


def management() -> Management:
    return Management(Principal.management_canister())


def is_controller(caller: bytes) -> Generator[Any, Any, bool]:
    """Whether `caller` controls this canister now.

    Kybra has no call for it, and a list remembered from `init` would go stale when controllers change, so we ask the
    system each time; only operators' methods do. False if the system does not answer. Drive it with `yield from`.
    """
    info = yield management().canister_info({"canister_id": env.canister_id(), "num_requested_changes": None})
    if info.Err is not None:
        return False
    return caller in [controller.bytes for controller in info.Ok["controllers"]]
