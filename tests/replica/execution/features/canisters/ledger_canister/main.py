"""Kybra's service for the ledger, with the ledger's own types, spoken to another canister."""

from kybra import Async, Principal, Variant, nat32, query, text, update
from kybra.canisters.ledger import Ledger, Tokens, TransferFee, TransferResult


class FeeResult(Variant, total=False):
    Ok: TransferFee
    Err: text


class TransferAnswer(Variant, total=False):
    Ok: TransferResult
    Err: text


@update
def fee(ledger: Principal) -> Async[FeeResult]:
    result = yield Ledger(ledger).transfer_fee({})
    return {"Ok": result.Ok} if result.Err is None else {"Err": result.Err}


@update
def balance(ledger: Principal, account: text) -> Async[Tokens]:
    result = yield Ledger(ledger).account_balance({"account": bytes.fromhex(account)})
    return result.Ok


@update
def decimals(ledger: Principal) -> Async[nat32]:
    result = yield Ledger(ledger).decimals()
    return result.Ok["decimals"]


@update
def symbol(ledger: Principal) -> Async[text]:
    result = yield Ledger(ledger).symbol()
    return result.Ok["symbol"]


@update
def send(ledger: Principal, to: text, e8s: nat32) -> Async[TransferAnswer]:
    args = {
        "memo": 0,
        "amount": {"e8s": e8s},
        "fee": {"e8s": 10_000},
        "from_subaccount": None,
        "to": bytes.fromhex(to),
        "created_at_time": None,
    }
    result = yield Ledger(ledger).transfer(args)
    return {"Ok": result.Ok} if result.Err is None else {"Err": result.Err}


@query
def account_of(owner: Principal) -> text:
    return owner.to_account_id(0).to_str()
