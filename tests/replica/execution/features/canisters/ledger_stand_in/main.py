"""A ledger as small as the service that speaks to it, for the tests of `ledger_canister`."""

from kybra import StableBTreeMap, blob, query, update
from kybra.canisters.ledger import (
    AccountBalanceArgs,
    DecimalsResult,
    SymbolResult,
    Tokens,
    TransferArgs,
    TransferFee,
    TransferFeeArg,
    TransferResult,
)

BALANCES = StableBTreeMap[blob, Tokens](memory_id=0, max_key_size=60, max_value_size=60)


@query
def transfer_fee(args: TransferFeeArg) -> TransferFee:
    return {"transfer_fee": {"e8s": 10_000}}


@query
def account_balance(args: AccountBalanceArgs) -> Tokens:
    return BALANCES.get(args["account"]) or {"e8s": 0}


@query
def decimals() -> DecimalsResult:
    return {"decimals": 8}


@query
def symbol() -> SymbolResult:
    return {"symbol": "ICP"}


@update
def transfer(args: TransferArgs) -> TransferResult:
    if args["fee"]["e8s"] != 10_000:
        return {"Err": {"BadFee": {"expected_fee": {"e8s": 10_000}}}}
    balance = BALANCES.get(args["to"]) or {"e8s": 0}
    BALANCES.insert(args["to"], {"e8s": balance["e8s"] + args["amount"]["e8s"]})
    return {"Ok": 1}
