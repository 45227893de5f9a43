"""What `parley canister` does: call a method with values written as Candid, and put code into a canister."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Any, Final, Literal

from parley import management
from parley.agent import Agent, HttpAgent
from parley.candid_text import layout
from parley.deployment import allow_modules
from parley.management import InstallMode
from parley.modules import bundling, read_module
from parley.problems import Problem
from replica.bundles import bundle_project
from replica.candid import codec, text
from replica.candid.did import Interface, parse_did
from replica.candid.type_printer import print_function
from replica.candid.types import CandidError, Func, Record, Type, resolve
from replica.execution.kybra_engine import KybraEngine
from replica.execution.system_api import InvalidModule
from replica.principal import Principal

How = Literal["as declared", "query", "update"]

_BUNDLE_MAGIC: Final = b"\x1f\x8b\x08"
_NO_VALUES: Final = "()"


# -- Calling ---------------------------------------------------------------------------------------------------------


def call(
    agent: HttpAgent, canister_id: Principal, method: str, argument: str | None, *, how: How = "as declared"
) -> str:
    """The answer of a method, as Candid text. Raises `Problem` if the argument is not what the method takes."""
    interface = published_interface(agent, canister_id)
    if interface is None:
        # Nobody says which types it takes, so the argument has to.
        arg = _encode_untyped(_NO_VALUES if argument is None else argument)
        return text.decode(_ask(agent, canister_id, method, arg, is_query=how == "query"))
    function = _function(interface, method)
    arg = _encode(function, method, argument)
    is_query = how == "query" or (how == "as declared" and _is_query(function))
    return _answer(function.results, _ask(agent, canister_id, method, arg, is_query=is_query))


def published_interface(agent: HttpAgent, canister_id: Principal) -> Interface | None:
    """What the canister says about itself in its metadata; None if it says nothing that can be read."""
    published = agent.metadata(canister_id, "candid:service")
    try:
        return None if published is None else parse_did(published.decode())
    except (CandidError, UnicodeDecodeError):
        return None


def signature(method: str, function: Func) -> str:
    return f"{method} : {print_function(function)}"


def _ask(agent: Agent, canister_id: Principal, method: str, arg: bytes, *, is_query: bool) -> bytes:
    return agent.query(canister_id, method, arg) if is_query else agent.update(canister_id, method, arg)


def _function(interface: Interface, method: str) -> Func:
    try:
        return interface.method(method)
    except CandidError as error:
        known = "\n".join(
            f"  {signature(each.name, interface.method(each.name))}" for each in interface.service.methods
        )
        raise Problem(f"The canister has no method {method!r}.", f"It has:\n{known}") from error


def _encode(function: Func, method: str, argument: str | None) -> bytes:
    source = _NO_VALUES if argument is None else argument
    try:
        return codec.encode(function.args, _values(function.args, source))
    except CandidError as error:
        raise Problem(
            f"The argument does not fit: {error}.",
            f"The method is {signature(method, function)}\n"
            """Write values in one pair of parentheses: '("alice", 1, record { a = true })'.""",
        ) from error


def _values(types: tuple[Type, ...], source: str) -> tuple[Any, ...]:
    """What is written, as values of `types`; the field of a record that has only one may be written by itself."""
    try:
        return text.parse(types, source)
    except CandidError:
        match [resolve(candid_type) for candid_type in types]:
            case [Record(fields=(only,)) as record] if not record.is_tuple:
                with contextlib.suppress(CandidError):
                    return ({only.key: text.parse((only.type,), source)[0]},)
        raise


def _encode_untyped(argument: str) -> bytes:
    try:
        return text.encode(argument)
    except CandidError as error:
        raise Problem(f"The argument is not Candid: {error}.", """Write it like '("alice", 1 : nat8)'.""") from error


def _is_query(function: Func) -> bool:
    return "query" in function.modes or "composite_query" in function.modes


def _answer(results: tuple[Type, ...], reply: bytes) -> str:
    try:
        return layout(results, codec.decode(results, reply))
    except CandidError:
        # It says one thing and answers another: better to show that than nothing.
        return text.decode(reply)


# -- Code ------------------------------------------------------------------------------------------------------------


def read_code(path: Path, root: Path | None) -> bytes:
    """A module from an entry file of a Kybra project, a bundle or a compiled canister. Raises `Problem`."""
    if not path.is_file():
        raise Problem(f"There is no file {path}.", "Give a Kybra entry file (.py), a bundle (.tar.gz) or a .wasm.")
    if path.suffix != ".py":
        return read_module(path)
    with bundling():
        return bundle_project(path, root=root)


def install(
    agent: Agent, canister_id: Principal, module: bytes, argument: str | None, mode: InstallMode, allowed_modules: Path
) -> None:
    """Allow `module` on this replica, which is the operator's to say, and run it in the canister."""
    arg = _init_argument(module, argument, mode)
    module_hash = hashlib.sha256(module).digest()
    allow_modules(allowed_modules, [("installed by hand", module_hash)])
    chunk_hashes = management.upload_module(agent, canister_id, module)
    management.install_module(agent, canister_id, module, mode=mode, arg=arg, chunk_hashes=chunk_hashes)


def _init_argument(module: bytes, argument: str | None, mode: InstallMode) -> bytes:
    types = _init_types(module)
    if types is None or (argument is None and mode == "upgrade"):
        return _encode_untyped(_NO_VALUES if argument is None else argument)
    return _encode(Func(types, ()), "init", argument)


def _init_types(module: bytes) -> tuple[Type, ...] | None:
    """What `init` takes; None if that cannot be told without running the module. Raises `Problem` for bad source."""
    if not module.startswith(_BUNDLE_MAGIC):
        return None
    try:
        return parse_did(KybraEngine().load(module).candid).init_args
    except InvalidModule as error:
        if "not a tar archive" in str(error):  # a compressed Wasm module
            return None
        raise Problem(
            f"The replica would refuse this module:\n{error}", "docs/replica.md says what it takes."
        ) from error
