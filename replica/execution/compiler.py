"""Compiles a canister: every method, hook, map and service becomes what a message needs, once per module hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import kybra

from replica.candid.type_printer import print_arguments
from replica.candid.types import CandidError, Prim, Type
from replica.execution.candid_types import TypeTable
from replica.execution.conversion import (
    compile_from_candid,
    compile_to_candid,
    compile_value_to_candid,
    ord_key,
    python_decoder,
)
from replica.execution.declarations import Declarations, HookKind, Method
from replica.execution.loader import ModuleTable
from replica.execution.map_codecs import map_codec
from replica.execution.running import Running
from replica.execution.runtime import HookRuntime, MethodRuntime, Runtime, ServiceMethodRuntime, UndecodableReply
from replica.execution.stable_maps import StableMap

INTERFACE_METHOD: Final = "__get_candid_interface_tmp_hack"
"""A query that every real build has, by which tools ask a canister for its interface."""

_NO_VALUES: Final = b"DIDL\x00\x00"


def compile_runtime(declarations: Declarations, types: TypeTable, table: ModuleTable, candid: str) -> Runtime:
    """Load the modules and compile what they declare; every name was checked to be in the entry."""
    compiler = _Compiler(declarations, types, table.load_entry())
    methods = {name: compiler.method(method) for name, method in declarations.methods.items()}
    services = compiler.services()
    return Runtime(
        table=table,
        methods={**methods, INTERFACE_METHOD: _interface_method(candid)},
        hooks={kind: compiler.hook(kind) for kind in declarations.hooks},
        maps={memory_id: compiler.stable_map(memory_id) for memory_id in declarations.maps},
        services=services,
        notify_names=frozenset(name.replace(".", "_") for name in services),
        candid=candid,
    )


class _Compiler:
    def __init__(self, declarations: Declarations, types: TypeTable, scope: Mapping[str, Any]) -> None:
        self._declarations = declarations
        self._types = types
        self._scope = scope

    def method(self, method: Method) -> MethodRuntime:
        signature = self._types.methods[method.name]
        return MethodRuntime(
            name=method.name,
            function=self._scope[method.name],
            decode_arguments=compile_from_candid(signature.args, self._make_service),
            answer=_leave_unanswered if method.is_manual else _answer(signature.results),
            # A method without a result answers `ic.reply` with one null.
            encode_reply=compile_value_to_candid(*(signature.results or (Prim("null"),))),
            is_manual=method.is_manual,
            guard=None if method.guard is None else self._scope[method.guard],
        )

    def hook(self, kind: HookKind) -> HookRuntime:
        function = self._scope[self._declarations.hooks[kind].name]
        arguments = self._types.hook_arguments[kind]
        # Without parameters the argument is not looked at, so anything may be sent.
        return HookRuntime(function, compile_from_candid(arguments, self._make_service) if arguments else _nothing)

    def stable_map(self, memory_id: int) -> StableMap:
        declaration = self._declarations.maps[memory_id]
        key, value = self._types.maps[memory_id]
        encode_key, decode_key = map_codec(key, self._make_service)
        encode_value, decode_value = map_codec(value, self._make_service)
        return StableMap(
            memory_id=memory_id,
            max_key_size=declaration.max_key_size,
            max_value_size=declaration.max_value_size,
            encode_key=encode_key,
            decode_key=decode_key,
            encode_value=encode_value,
            decode_value=decode_value,
            order=ord_key(key),
        )

    def services(self) -> dict[str, ServiceMethodRuntime]:
        """Every method of every declared service, by `Service.method`."""
        found: dict[str, ServiceMethodRuntime] = {}
        for declaration in self._declarations.types.values():
            for method in declaration.methods:
                signature = self._types.service_methods[declaration.name, method.name]
                found[f"{declaration.name}.{method.name}"] = ServiceMethodRuntime(
                    name=method.name,
                    parameter_count=len(signature.args),
                    encode_arguments=compile_to_candid(signature.args),
                    decode_reply=self._reply_decoder(signature.results),
                )
        return found

    def _reply_decoder(self, results: tuple[Type, ...]) -> Callable[[bytes], Any]:
        decode = python_decoder(results, self._make_service)
        wanted = print_arguments(results)

        def decode_reply(data: bytes) -> Any:
            try:
                values = decode(data)
            except CandidError as error:
                # NOT LIKE THE IC: the type is named as in Candid, not as in Rust.
                raise UndecodableReply(f"failed to decode canister response as {wanted}: {error}") from error
            return values[0] if values else None

        return decode_reply

    def _make_service(self, class_name: str, canister_id: kybra.Principal) -> Any:
        # Kybra evaluates the class by name in the entry's scope, so it must be imported there.
        if class_name not in self._scope:
            raise NameError(f"name {class_name!r} is not defined")
        return self._scope[class_name](canister_id)


def _answer(results: tuple[Type, ...]) -> Callable[[Running, Any], None]:
    """Reply with what the function returned."""
    if not results:
        return _answer_nothing
    encode = compile_value_to_candid(*results)

    def answer(running: Running, result: Any) -> None:
        running.api.reply(encode(result))

    return answer


def _answer_nothing(running: Running, result: Any) -> None:
    if result is not None:
        raise TypeError(f"expected NoneType but received {type(result).__name__}")
    running.api.reply(_NO_VALUES)


def _leave_unanswered(_running: Running, _result: Any) -> None:
    """A `Manual` method answers by itself; what it returns is ignored."""


def _nothing(_data: bytes) -> list[Any]:
    return []


def _interface_method(candid: str) -> MethodRuntime:
    return MethodRuntime(
        name=INTERFACE_METHOD,
        function=lambda: candid,
        decode_arguments=_nothing,
        answer=_answer((Prim("text"),)),
        encode_reply=compile_value_to_candid(Prim("text")),
        is_manual=False,
        guard=None,
    )
