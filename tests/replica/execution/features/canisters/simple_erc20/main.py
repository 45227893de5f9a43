"""A token."""

from kybra import Record, StableBTreeMap, nat64, query, text, update


class Token(Record):
    name: text
    ticker: text
    total_supply: nat64


TOKENS = StableBTreeMap[text, Token](memory_id=0, max_key_size=20, max_value_size=200)
BALANCES = StableBTreeMap[text, nat64](memory_id=1, max_key_size=80, max_value_size=20)


@update
def initialize_supply(name: text, original_address: text, ticker: text, total_supply: nat64) -> bool:
    TOKENS.insert("token", {"name": name, "ticker": ticker, "total_supply": total_supply})
    BALANCES.insert(original_address, total_supply)
    return True


@update
def transfer(from_address: text, to_address: text, amount: nat64) -> bool:
    BALANCES.insert(from_address, balance(from_address) - amount)
    BALANCES.insert(to_address, balance(to_address) + amount)
    return True


@query
def balance(address: text) -> nat64:
    return BALANCES.get(address) or 0


@query
def ticker() -> text:
    return TOKENS.get("token")["ticker"]


@query
def total_supply() -> nat64:
    return TOKENS.get("token")["total_supply"]
