"""Take a new module for groups, and bring all of them to it. Its chunks are in our chunk store already."""

from kybra import Async, Manual, ic, update

from canisters.group_index import jobs, state
from canisters.group_index.api import UpgradeCanisterWasmArgs, UpgradeCanisterWasmResult
from canisters.lib import children, env, upgrades
from canisters.lib.management import is_controller


@update
def upgrade_group_canister_wasm(args: UpgradeCanisterWasmArgs) -> Async[Manual[UpgradeCanisterWasmResult]]:
    may_upgrade = yield from is_controller(env.caller_bytes())
    if not may_upgrade:
        ic.reject("Caller is not a controller")
        return None

    problem = children.module_refusal(state.CHILDREN, args["version"], args["module_hash"], args["chunk_hashes"])
    if problem is not None:
        ic.reply({"InvalidRequest": problem})
        return None

    is_new = children.set_module(state.CHILDREN, args["version"], args["module_hash"], args["chunk_hashes"])
    upgrades.restart(state.CHILDREN, is_new_module=is_new)
    jobs.start_upgrades()
    ic.reply({"Success": {"upgrades_pending": upgrades.status(state.CHILDREN)["pending"]}})
    return None
