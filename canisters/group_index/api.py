"""Candid types of the group index."""

from kybra import Opt, Principal, Record, Variant, Vec, blob, nat, nat8, nat32, nat64, text

from canisters.lib.api import LengthError, LengthTooShortError


class SearchArgs(Record):
    search_term: text
    max_results: nat8


class GroupMatch(Record):
    chat_id: Principal
    name: text
    description: text


class SearchSuccess(Record):
    matches: Vec[GroupMatch]


class SearchResult(Variant, total=False):
    Success: SearchSuccess
    TermTooShort: LengthTooShortError
    TermTooLong: LengthError


class UpgradeCanisterWasmArgs(Record):
    version: text
    module_hash: blob
    chunk_hashes: Vec[blob]


class UpgradeCanisterWasmSuccess(Record):
    upgrades_pending: nat32


class UpgradeCanisterWasmResult(Variant, total=False):
    Success: UpgradeCanisterWasmSuccess
    InvalidRequest: text


class GroupIndexMetrics(Record):
    now: nat64
    cycles_balance: nat
    public_groups: nat32
    private_groups: nat32
    canisters_in_pool: nat32
    group_module_hash: Opt[blob]
    upgrades_pending: nat32
    upgrades_completed: nat32
    upgrades_failed: nat32


class GroupIndexInitArgs(Record):
    user_index_canister_id: Principal
    notifications_canister_id: Principal
    pool_target: nat32
