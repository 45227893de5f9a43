"""Every error of Kybra's own generator, read from the wheel, is an error here: refused with file, line and rule."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from replica.bundles import bundle_project
from replica.execution.kybra_engine import KybraEngine
from replica.execution.source import SourceError
from replica.execution.system_api import InvalidModule

IMPORTS = (
    "from kybra import (\n    Alias, Async, Func, GuardResult, Manual, Oneway, Opt, Principal, Query, Record,\n"
    "    Service, StableBTreeMap, Tuple, Update, Variant, Vec, blob, heartbeat, init, inspect_message, nat64, null,\n"
    "    post_upgrade, pre_upgrade, query, service_query, service_update, text, update, void\n)\n\n"
)
SERVICE = "class S(Service):\n"
STUB = "    @service_query\n    def f(self) -> void: ...\n"
MAP = "M = StableBTreeMap[nat64, nat64]"
UNREACHABLE = {
    "Unreachable": "internal to the generator",
    "GuardFunctionReturn": "declared and never raised",
    "IoError": "a file that is missing is not in a bundle at all",
}

# Error of the generator, rule that refuses it here, the line that does it.
ERRORS: list[tuple[str, str, str]] = [
    ("DictionaryUnpackingOperatorNotSupported", "16", "@query\ndef f(**kw: nat64) -> void: ...\n"),
    ("IteratorUnpackingOperatorNotSupported", "16", "@query\ndef f(*args: nat64) -> void: ...\n"),
    ("FirstParamMustBeSelf", "23", "class S(Service):\n    @service_query\n    def f(a: nat64) -> void: ...\n"),
    ("FirstParamMustNotBeSelf", "16", "@query\ndef f(self: nat64) -> void: ...\n"),
    ("TooManyParams", "16", "@query\ndef f(a: text, b: text, c: text, d: text, e: text, g: text) -> void: ...\n"),
    (
        "TooManyParams",
        "16",
        "class S(Service):\n    @service_query\n"
        "    def f(self, a: text, b: text, c: text, d: text, e: text, g: text) -> void: ...\n",
    ),
    ("ParamTypeAnnotationRequired", "16", "@update\ndef f(a) -> void: ...\n"),
    ("ParamTypeAnnotationRequired", "16", "class S(Service):\n    @service_query\n    def f(self, a) -> void: ...\n"),
    ("ReturnTypeAnnotationRequired", "17", "@update\ndef f(a: text): ...\n"),
    ("ReturnTypeAnnotationRequired", "17", "class S(Service):\n    @service_query\n    def f(self): ...\n"),
    ("FuncCallTakesOneArg", "25", "F = Func()\n"),
    ("FuncCallTakesOneArg", "25", "F = Func(Query[[text], text], Query[[text], text])\n"),
    ("FuncFormatting", "25", "F = Func(Query)\n"),
    ("FuncFormatting", "25", "F = Func(Query[text, text])\n"),
    ("FuncFormatting", "25", "F = Func(Query[[text]])\n"),
    ("ReturnTypeMode", "25", "F = Func(Record[[text], text])\n"),
    ("GuardFunctionName", "21", "@query(guard=lambda: {'Ok': None})\ndef f() -> void: ...\n"),
    ("GuardFunctionNotFound", "21", "@query(guard=missing)\ndef f() -> void: ...\n"),
    ("GuardFunctionParam", "21", "def g(a: text) -> GuardResult: ...\n"),
    ("MultipleGuardFunctionDefinitions", "21", "def g() -> GuardResult: ...\n\n\ndef g() -> GuardResult: ...\n"),
    ("InvalidMember", "23", "class R(Record):\n    name: text\n    pass\n"),
    ("InvalidMember", "23", "class V(Variant):\n    Name: text\n    ...\n"),
    ("InvalidMember", "23", "class V(Variant):\n    'Words.'\n    Name: text\n"),
    ("InvalidName", "4", "class A: ...\n\n\nA.b = 1\n"),
    ("InvalidName", "4", "D = ()\nD[0] = 1\n"),
    ("NotExactlyOneTarget", "4", "A = B = 1\n"),
    ("InvalidSubscriptable", "25", "@query\ndef f(a: list[text]) -> void: ...\n"),
    ("InvalidSubscriptable", "25", "@query\ndef f(a: Query[text]) -> void: ...\n"),
    ("NoneCannotBeAType", "25", "@query\ndef f(a: None) -> void: ...\n"),
    ("NoneCannotBeAType", "25", "@query\ndef f() -> None: ...\n"),
    ("UnsupportedType", "25", "@query\ndef f(a: text | nat64) -> void: ...\n"),
    ("UnsupportedType", "25", "@query\ndef f(a: 5) -> void: ...\n"),
    ("UnsupportedType", "25", "@query\ndef f(a: Opt(text)) -> void: ...\n"),
    ("UnsupportedType", "25", "import string\n\n\n@query\ndef f(a: string.Template) -> void: ...\n"),
    ("TypeNotFound", "25", "@query\ndef f(a: Missing) -> void: ...\n"),
    ("TypeNotFound", "25", "@query\ndef f(a: 'Vec[text]') -> void: ...\n"),
    ("MultipleTypeDefinitions", "24", "class R(Record):\n    a: text\n\n\nclass R(Record):\n    b: text\n"),
    ("MultipleTypeDefinitions", "24", "class R(Record):\n    a: text\n\n\nR = Alias[text]\n"),
    ("MultipleCanisterMethodDefinitions", "24", "@query\ndef f() -> void: ...\n\n\n@update\ndef f() -> void: ...\n"),
    ("MultipleSystemMethods", "16", "@init\ndef f() -> void: ...\n\n\n@init\ndef g() -> void: ...\n"),
    ("ReturnTypeMustBeVoid", "17", "@init\ndef f() -> text: ...\n"),
    ("ReturnTypeMustBeVoid", "17", "@heartbeat\ndef f() -> Async[text]: ...\n"),
    ("ReturnTypeMustBeVoid", "17", "@post_upgrade\ndef f() -> Async[void]: ...\n"),
    ("ServiceMustHaveMethods", "23", "class S(Service): ...\n"),
    ("ServiceWithNonFunctionDefs", "23", f"{SERVICE}    'Words.'\n\n{STUB}"),
    ("ServiceWithNonFunctionDefs", "23", f"{SERVICE}    a: text\n\n{STUB}"),
    ("MissingDecorator", "23", "class S(Service):\n    def f(self) -> void: ...\n"),
    ("TooManyDecorators", "23", f"{SERVICE}    @service_update\n{STUB}"),
    ("WrongDecorator", "23", "class S(Service):\n    @query\n    def f(self) -> void: ...\n"),
    ("WrongDecorator", "23", "class S(Service):\n    @service_query()\n    def f(self) -> void: ...\n"),
    ("SbtmMissingMemoryId", "28", f"{MAP}(max_key_size=9, max_value_size=9)\n"),
    ("SbtmInvalidMemoryId", "28", f"ID = 1\n{MAP}(memory_id=ID, max_key_size=9, max_value_size=9)\n"),
    ("SbtmMemoryIdMustBeAnInteger", "28", f"{MAP}('0', 9, 9)\n"),
    ("SbtmMemoryIdMustBeInteger", "28", f"{MAP}(memory_id=0.5, max_key_size=9, max_value_size=9)\n"),
    ("SbtmMemoryIdMustBeNonNegative", "28", f"{MAP}(memory_id=-1, max_key_size=9, max_value_size=9)\n"),
    ("SbtmMemoryIdTooBig", "28", f"{MAP}(memory_id=256, max_key_size=9, max_value_size=9)\n"),
    ("SbtmMaxKeySizeMissing", "28", f"{MAP}(memory_id=0, max_value_size=9)\n"),
    ("SbtmMaxValueSizeMissing", "28", f"{MAP}(memory_id=0, max_key_size=9)\n"),
    ("SbtmMaxSizeMustBeInteger", "28", f"{MAP}(memory_id=0, max_key_size='9', max_value_size=9)\n"),
    ("SbtmMaxSizeMustBeNonNegative", "28", f"{MAP}(memory_id=0, max_key_size=-9, max_value_size=9)\n"),
    ("SbtmMaxSizeTooBig", "28", f"{MAP}(memory_id=0, max_key_size=9, max_value_size=4_294_967_296)\n"),
    ("SbtmStableBTreeMapNodeFormat", "28", "M = StableBTreeMap[nat64](0, 9, 9)\n"),
    ("SbtmStableBTreeMapNodeFormat", "28", "M = StableBTreeMap(0, 9, 9)\n"),
    ("ParseError", "3", "def f(:\n"),
]  # fmt: skip


def refusal(tmp_path: Path, source: str) -> str:
    (tmp_path / "main.py").write_text(IMPORTS + source)
    with pytest.raises((SourceError, InvalidModule)) as error:
        KybraEngine().load(bundle_project(tmp_path / "main.py"))
    return str(error.value)


@pytest.mark.parametrize(("error", "rule", "source"), ERRORS)
def test_what_the_generator_refuses_is_refused(tmp_path: Path, error: str, rule: str, source: str) -> None:
    lines = refusal(tmp_path, source).splitlines()

    assert any(re.match(rf"main\.py:\d+: rule {rule}: ", line) for line in lines), lines
    assert all(int(line.split(":")[1]) > IMPORTS.count("\n") for line in lines), lines


def test_no_error_of_the_generator_is_forgotten() -> None:
    spec = find_spec("kybra")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "compiler/kybra_generate/src/errors/mod.rs"
    (variants,) = re.findall(r"pub enum Error \{(.*?)\n\}", source.read_text(), re.DOTALL)

    assert set(re.findall(r"^\s+(\w+)\(", variants, re.MULTILINE)) == {name for name, _, _ in ERRORS} | set(UNREACHABLE)
