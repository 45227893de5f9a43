"""The Bitcoin integration: its types and calls are there, and there is no Bitcoin network behind them."""

from kybra import Async, nat64, text, update
from kybra.canisters.management import management_canister


@update
def balance(address: text) -> Async[text]:
    args = {"address": address, "min_confirmations": None, "network": {"Regtest": None}}
    result = yield management_canister.bitcoin_get_balance(args).with_cycles(100_000_000)
    return result.Err or str(result.Ok)


@update
def fees() -> Async[nat64]:
    result = yield management_canister.bitcoin_get_current_fee_percentiles({"network": {"Regtest": None}})
    return 0 if result.Err is None else int(result.Err.split()[2].rstrip(","))
