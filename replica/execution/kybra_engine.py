"""The engine that runs Kybra canisters from their source: bundles in, modules that can run out.

    bundle bytes -> files (bundle_reader) -> reached and analysed (imports, discovery, rules)
                 -> types (candid_types) and interface -> modules imported (loader), methods compiled (compiler)
                 -> messages (kybra_module), generators (driver), the platform (kybra_ic)

A bundle that the real compiler would refuse, or that breaks a rule of this project that shared code depends on, is
refused with file and line. Loading happens once per module hash.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import kybra

from replica.candid.did import Interface, parse_did, print_did
from replica.candid.types import CandidError
from replica.execution.bundle_reader import Bundle, read_bundle
from replica.execution.candid_types import TypeTable
from replica.execution.canister_source import CanisterSource, read_canister
from replica.execution.compiler import INTERFACE_METHOD, compile_runtime
from replica.execution.declarations import Method as MethodDeclaration
from replica.execution.failures import canister_frames, describe
from replica.execution.interface import differences, interface_of
from replica.execution.kybra_ic import PLATFORM
from replica.execution.kybra_module import KybraModule
from replica.execution.loader import ModuleTable
from replica.execution.packages import find_installed
from replica.execution.rules import faults_of
from replica.execution.running import IDLE
from replica.execution.runtime import Runtime
from replica.execution.source import Origin, SourceError, SourceFile, parse_source
from replica.execution.system_api import InvalidModule, Method
from replica.reject import Trap

_FAULTS_SHOWN_MAX: Final = 20
_loaded: Final[dict[bytes, KybraModule]] = {}


class KybraEngine:
    """Implements `system_api.Engine`. Engines of one process share what they have loaded, since it has no state."""

    def load(self, module_bytes: bytes) -> KybraModule:
        """Make a bundle runnable, or return the module already loaded for these bytes. Raises `InvalidModule`."""
        module_hash = sha256(module_bytes).digest()
        module = _loaded.get(module_hash)
        if module is None:
            module = _loaded[module_hash] = _load(module_hash, read_bundle(module_bytes))
        return module


def _load(module_hash: bytes, bundle: Bundle) -> KybraModule:
    canister = _analyse(bundle)
    types = TypeTable(canister.declarations)
    interface = interface_of(types)
    _check_interface(interface, bundle)
    runtime = _compile(canister, types, print_did(interface))
    methods = {name: _published(method) for name, method in canister.declarations.methods.items()}
    methods[INTERFACE_METHOD] = Method(INTERFACE_METHOD, "query")
    return KybraModule(module_hash, bundle.name, methods, runtime, PLATFORM)


def _compile(canister: CanisterSource, types: TypeTable, candid: str) -> Runtime:
    setattr(kybra, "_kybra_ic", PLATFORM)  # noqa: B010 - the name is known only to Kybra's own code
    table = ModuleTable(canister.entry, canister.files)
    before, PLATFORM.current = PLATFORM.current, IDLE
    try:
        return compile_runtime(canister.declarations, types, table, candid)
    except (Exception, Trap) as error:
        frames = canister_frames(error.__traceback__)
        place = frames[-1].strip() if frames else canister.entry.path
        raise InvalidModule(f"{place}: {describe(error)}") from error
    finally:
        PLATFORM.current = before


class _BundleFinder:
    """Modules of a bundle; `kybra` is the installed one."""

    def __init__(self, bundle: Bundle) -> None:
        self._sources = bundle.sources
        self._own = bundle.own

    def find(self, module: str) -> SourceFile | None:
        top = module.partition(".")[0]
        if top == "kybra":
            return find_installed(module)
        relative = module.replace(".", "/")
        for path in (f"{relative}/__init__.py", f"{relative}.py"):
            if path in self._sources:
                origin: Origin = "canister" if top in self._own else "third-party"
                return parse_source(path, self._sources[path], origin)
        return None


def _analyse(bundle: Bundle) -> CanisterSource:
    try:
        entry = parse_source(bundle.entry_path, bundle.sources[bundle.entry_path], "canister")
        canister = read_canister(entry, _BundleFinder(bundle))
    except SourceError as error:
        raise InvalidModule(str(error)) from error
    reached = {file.path for file in canister.files}
    if unreached := sorted(bundle.sources.keys() - reached):
        raise InvalidModule(f"the bundle holds {unreached[0]}, which its entry does not reach")
    if faults := faults_of(canister):
        raise InvalidModule("\n".join(map(str, faults[:_FAULTS_SHOWN_MAX])))
    return canister


def _check_interface(interface: Interface, bundle: Bundle) -> None:
    """A reviewed interface in the bundle tells the truth about the code beside it."""
    if bundle.interface is None:
        return
    try:
        reviewed = parse_did(bundle.interface)
    except CandidError as error:
        raise InvalidModule(f"{bundle.name}.did: {error}") from error
    for method, difference in differences(interface, reviewed):
        raise InvalidModule(f"{bundle.name}.did: {method} {difference}")


def _published(method: MethodDeclaration) -> Method:
    return Method(method.name, "composite_query" if method.is_composite else method.mode)
