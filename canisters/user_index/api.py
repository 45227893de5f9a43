"""Candid records of the user index; `user_index.did` is the contract they follow."""

from kybra import Opt, Principal, Record, Variant, Vec, blob, nat, nat8, nat32, nat64, null, text

from canisters.lib.api import LengthError, LengthTooShortError


class UserIndexInitArgs(Record):
    group_index_canister_id: Principal
    notifications_canister_id: Principal
    pool_target: nat32
    user_limit: nat32


class RegisterUserArgs(Record):
    username: text


class RegisterUserSuccess(Record):
    user_id: Principal


class RegisterUserResult(Variant, total=False):
    Success: RegisterUserSuccess
    AlreadyRegistered: null
    UserLimitReached: nat32
    UsernameTaken: null
    UsernameInvalid: null
    UsernameTooShort: LengthTooShortError
    UsernameTooLong: LengthError
    CyclesBalanceTooLow: null
    InternalError: text


class CheckUsernameArgs(Record):
    username: text


class CheckUsernameResult(Variant, total=False):
    Success: null
    UsernameTaken: null
    UsernameInvalid: null
    UsernameTooShort: LengthTooShortError
    UsernameTooLong: LengthError


class CurrentUser(Record):
    user_id: Principal
    username: text
    date_created: nat64
    canister_version: text
    upgrade_in_progress: bool


class CurrentUserResult(Variant, total=False):
    Success: CurrentUser
    UserNotFound: null


class UserSummary(Record):
    user_id: Principal
    username: text
    date_updated: nat64


class UserArgs(Record):
    user_id: Opt[Principal]
    username: Opt[text]


class UserResult(Variant, total=False):
    Success: UserSummary
    UserNotFound: null


class UserGroup(Record):
    users: Vec[Principal]
    updated_since: nat64


class UsersArgs(Record):
    user_groups: Vec[UserGroup]


class UsersSuccess(Record):
    users: Vec[UserSummary]
    timestamp: nat64


class UsersResult(Variant, total=False):
    Success: UsersSuccess


class SearchArgs(Record):
    search_term: text
    max_results: nat8


class SearchSuccess(Record):
    users: Vec[UserSummary]
    timestamp: nat64


class SearchResult(Variant, total=False):
    Success: SearchSuccess


class UpgradeCanisterWasmArgs(Record):
    version: text
    module_hash: blob
    chunk_hashes: Vec[blob]


class UpgradeCanisterWasmSuccess(Record):
    upgrades_pending: nat32


class UpgradeCanisterWasmResult(Variant, total=False):
    Success: UpgradeCanisterWasmSuccess
    InvalidRequest: text


class UserIndexMetrics(Record):
    now: nat64
    cycles_balance: nat
    users: nat32
    canisters_in_pool: nat32
    user_module_hash: Opt[blob]
    upgrades_pending: nat32
    upgrades_completed: nat32
    upgrades_failed: nat32
