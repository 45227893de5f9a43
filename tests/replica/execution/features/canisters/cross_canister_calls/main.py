"""Calls between canisters: a small bank whose accounts are in this canister and whose tellers are others."""

from kybra import (
    Async,
    Opt,
    Principal,
    Record,
    Service,
    StableBTreeMap,
    Variant,
    Vec,
    ic,
    nat64,
    query,
    service_query,
    service_update,
    text,
    update,
    void,
)


class Account(Record):
    name: text
    balance: nat64


class TransferResult(Variant, total=False):
    Ok: nat64
    Err: "TransferError"


class TransferError(Variant, total=False):
    InsufficientBalance: nat64


class Bank(Service):
    @service_update
    def transfer(self, sender: text, recipient: text, amount: nat64) -> TransferResult: ...

    @service_query
    def account(self, name: text) -> Opt[Account]: ...

    @service_query
    def accounts(self) -> Vec[Account]: ...

    @service_update
    def trap(self) -> text: ...

    @service_update
    def announce(self, message: text) -> void: ...


BALANCES = StableBTreeMap[text, nat64](memory_id=0, max_key_size=40, max_value_size=20)
HEARD = StableBTreeMap[text, nat64](memory_id=1, max_key_size=80, max_value_size=20)


# -- The bank ----------------------------------------------------------------------------------------------------------


@update
def open_account(name: text, balance: nat64) -> void:
    BALANCES.insert(name, balance)


@update
def transfer(sender: text, recipient: text, amount: nat64) -> TransferResult:
    balance = BALANCES.get(sender) or 0
    if balance < amount:
        return {"Err": {"InsufficientBalance": balance}}
    BALANCES.insert(sender, balance - amount)
    BALANCES.insert(recipient, (BALANCES.get(recipient) or 0) + amount)
    return {"Ok": amount}


@query
def account(name: text) -> Opt[Account]:
    return {"name": name, "balance": BALANCES.get(name)} if BALANCES.contains_key(name) else None


@query
def accounts() -> Vec[Account]:
    return [{"name": name, "balance": balance} for name, balance in BALANCES.items()]


@update
def trap() -> text:
    ic.trap("hahahaha")


@update
def announce(message: text) -> void:
    HEARD.insert(message, (HEARD.get(message) or 0) + 1)


@query
def heard(message: text) -> nat64:
    return HEARD.get(message) or 0


# -- The tellers -------------------------------------------------------------------------------------------------------


@update
def teller_transfer(bank: Bank, sender: text, recipient: text, amount: nat64) -> Async[TransferResult]:
    result = yield bank.transfer(sender, recipient, amount)
    return result.Ok


@update
def teller_account(bank: Bank, name: text) -> Async[Opt[Account]]:
    result = yield bank.account(name)
    return result.Ok


@update
def teller_accounts(bank: Bank) -> Async[Vec[Account]]:
    result = yield bank.accounts()
    return result.Ok


@update
def teller_trap(bank: Bank) -> Async[text]:
    result = yield bank.trap()
    return result.Err


@update
def teller_announces(bank: Principal, message: text) -> bool:
    result = Bank(bank).announce(message).notify()
    return "Ok" in result


@update
def teller_announces_and_traps(bank: Principal, message: text) -> void:
    Bank(bank).announce(message).notify()
    ic.trap("take it back")
