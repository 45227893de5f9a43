"""For each rule, the smallest source that breaks it and its clean twin.

A sample is the body of `canisters/hello/sample.py`, whose names the entry imports with a star; `# fault` marks the line
that must be named.
"""

from __future__ import annotations

from typing import Final

# ruff: noqa: E501

KYBRA: Final = (
    "from kybra import (\n    Alias, Async, Func, GuardResult, Manual, Opt, Principal, Query, Record, Service,\n"
    "    StableBTreeMap, Tuple, Variant, Vec, blob, empty, heartbeat, ic, init, inspect_message, nat, nat64, null,\n"
    "    post_upgrade, pre_upgrade, query, reserved, service_query, service_update, text, update, void\n)\n"
)

SAMPLES: Final[dict[str, tuple[str, str]]] = {
    "1 match": (
        "def f(x: int) -> int:\n    match x:  # fault\n        case 1:\n            return 1\n    return 0\n",
        "def f(x: int) -> int:\n    if x == 1:\n        return 1\n    return 0\n",
    ),
    "1 async": ("async def f() -> None:  # fault\n    pass\n", "def f() -> None:\n    pass\n"),
    "1 with": (
        "def f(a: object, b: object) -> None:\n    with (a as x, b as y):  # fault\n        pass\n",
        "def f(a: object, b: object) -> None:\n    with a as x, b as y:\n        pass\n",
    ),
    "2": (
        "def f(a: dict) -> dict:\n    return {**a, 'b': 1}  # fault\n",
        "def f(a: dict) -> dict:\n    return a | {'b': 1}\n",
    ),
    "3": ("def f() -> None:\n    try:\n        pass\n    except* ValueError:  # fault\n        pass\n", "A = 1\n"),
    "3 f-string": (
        "def f(a: str) -> str:\n    return f'{a.split('x')}'  # fault\n",
        "def f(a: str) -> str:\n    return f'{a}'\n",
    ),
    "4": ("A, B = 1, 2  # fault\n", "A = 1\nB = 2\n"),
    "4 chained": ("A = B = 1  # fault\n", "A = 1\nB = A\n"),
    "5": ("from kybra import query as q  # fault\n", "from kybra import query\n"),
    "5 package": ("import kybra  # fault\n", "from kybra import ic\n"),
    "6": (
        "class Greeter:\n    @query\n    def greet(self) -> text:  # fault\n        return ''\n",
        "@query\ndef greet() -> text:\n    return ''\n",
    ),
    "7": ("@query\ndef _greet() -> text:  # fault\n    return ''\n", "@query\ndef greet() -> text:\n    return ''\n"),
    "16 count": (
        "@query\ndef f(a: int, b: int, c: int, d: int, e: int, g: int) -> void:  # fault\n    pass\n",
        "@query\ndef f(a: int, b: int, c: int, d: int, e: int) -> void:\n    pass\n",
    ),
    "16 default": (
        "@query\ndef f(a: int = 1) -> void:  # fault\n    pass\n",
        "@query\ndef f(a: int) -> void:\n    pass\n",
    ),
    "16 keyword": (
        "@query\ndef f(*, a: int) -> void:  # fault\n    pass\n",
        "@query\ndef f(a: int) -> void:\n    pass\n",
    ),
    "16 annotation": ("@query\ndef f(a) -> void:  # fault\n    pass\n", "@query\ndef f(a: int) -> void:\n    pass\n"),
    "17": ("@query\ndef f():  # fault\n    pass\n", "@query\ndef f() -> void:\n    pass\n"),
    "17 hook": ("@init\ndef f() -> text:  # fault\n    pass\n", "@init\ndef f() -> void:\n    pass\n"),
    "18": (
        "@init\ndef f() -> void:  # fault\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n",
        "@init\ndef f() -> void:\n    pass\n",
    ),
    "18 guard": (
        "def g() -> GuardResult:  # fault\n    yield 1\n\n\n@query(guard=g)\ndef f() -> void:\n    pass\n",
        "def g() -> GuardResult:\n    return {'Ok': None}\n\n\n@query(guard=g)\ndef f() -> void:\n    pass\n",
    ),
    "19": (
        "@query\ndef f() -> text:  # fault\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n",
        "@query\ndef f() -> Async[text]:\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n",
    ),
    "19 order": (
        "@update\ndef f() -> Manual[Async[text]]:  # fault\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n",
        "@update\ndef f() -> Async[Manual[text]]:\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n",
    ),
    "20": (
        "@inspect_message\ndef f(a: int) -> void:  # fault\n    pass\n",
        "@inspect_message\ndef f() -> void:\n    pass\n",
    ),
    "21": (
        "@query(guard=missing)\ndef f() -> void:  # fault\n    pass\n",
        "def g() -> GuardResult:\n    return {'Ok': None}\n\n\n@query(guard=g)\ndef f() -> void:\n    pass\n",
    ),
    "21 parameters": (
        "def g(a: int) -> GuardResult:  # fault\n    return {'Ok': None}\n",
        "def g() -> GuardResult:\n    return {'Ok': None}\n",
    ),
    "23 docstring": (
        "class R(Record):\n    'Words.'  # fault\n    a: int\n",
        "class R(Record):\n    a: int\n",
    ),
    "23 default": ("class R(Record):\n    a: int = 1  # fault\n", "class R(Record):\n    a: int\n"),
    "23 service": (
        "class S(Service):\n    @service_query()\n    def f(self) -> text:  # fault\n        ...\n",
        "class S(Service):\n    @service_query\n    def f(self) -> text:\n        ...\n",
    ),
    "24": (
        "class TimerId(Record):  # fault\n    a: int\n",
        "class AlarmId(Record):\n    a: int\n",
    ),
    "24 Rust": ("class Result(Variant):  # fault\n    Ok: null\n", "class GreetResult(Variant):\n    Ok: null\n"),
    "25": (
        "@query\ndef f(a: list[int]) -> void:  # fault\n    pass\n",
        "@query\ndef f(a: Vec[int]) -> void:\n    pass\n",
    ),
    "25 union": (
        "class R(Record):\n    a: int | None  # fault\n",
        "class R(Record):\n    a: Opt[int]\n",
    ),
    "26": ("class R(Record):\n    a: reserved  # fault\n", "@query\ndef f(a: reserved) -> void:\n    pass\n"),
    "27": (
        "m = StableBTreeMap[Tuple[nat, nat], blob](memory_id=0, max_key_size=9, max_value_size=9)  # fault\n",
        "Pair = Tuple[nat, nat]\nm = StableBTreeMap[Pair, blob](memory_id=0, max_key_size=9, max_value_size=9)\n",
    ),
    "28": (
        "SIZE = 9\nm = StableBTreeMap[nat, blob](memory_id=0, max_key_size=SIZE, max_value_size=9)  # fault\n",
        "m = StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)\n",
    ),
    "28 twice": (
        "a = StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)\n"
        "b = StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)  # fault\n",
        "a = StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)\n"
        "b = StableBTreeMap[nat, blob](memory_id=1, max_key_size=9, max_value_size=9)\n",
    ),
    "28 inside": (
        "def f() -> object:\n    return StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)  # fault\n",
        "m = StableBTreeMap[nat, blob](memory_id=0, max_key_size=9, max_value_size=9)\n",
    ),
    "30 item": (
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> bytes:\n    return m[1]  # fault\n",
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> bytes:\n    return m.get(1)\n",
    ),
    "30 membership": (
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> bool:\n    return 1 in m  # fault\n",
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> bool:\n    return m.contains_key(1)\n",
    ),
    "30 length": (
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> int:\n    return len(m)  # fault\n",
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> int:\n    return m.len()\n",
    ),
    "30 iteration": (
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> list:\n    return [k for k in m]  # fault\n",
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> list:\n    return [k for k in m.keys()]\n",
    ),
    "30 raw": (
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> None:\n    ic.stable_grow(1)  # fault\n",
        "m = StableBTreeMap[nat, blob](0, 9, 9)\n\n\ndef f() -> None:\n    ic.stable64_size()\n",
    ),
    "34": (
        "from canisters.lib import env\n\n\ndef f(p: Principal) -> bool:\n    return env.caller() == p  # fault\n",
        "from canisters.lib import env\n\n\ndef f(p: Principal) -> bool:\n    return env.caller().bytes == p.bytes\n",
    ),
    "35": (
        "class S(Service):\n    @service_query\n    def f(self, a: nat) -> text:\n        ...\n\n\n"
        "def g(p: Principal) -> object:\n    return (yield S(p).f(a=1))  # fault\n",
        "class S(Service):\n    @service_query\n    def f(self, a: nat) -> text:\n        ...\n\n\n"
        "def g(p: Principal) -> object:\n    return (yield S(p).f(1))\n",
    ),
    "36": (
        "def g(p: Principal) -> None:\n    ic.call_raw(p, 'a', b'', 0)  # fault\n",
        "def g(p: Principal) -> object:\n    yield ic.call_raw(p, 'a', b'', 0)\n",
    ),
    "37": (
        "def g(p: Principal) -> object:\n    result = yield ic.call_raw(p, 'a', b'', 0)\n    if result.Ok:  # fault\n        pass\n",
        "def g(p: Principal) -> object:\n    result = yield ic.call_raw(p, 'a', b'', 0)\n    if result.Err is None:\n        pass\n",
    ),
    "40": (
        "@update\ndef f() -> text:\n    ic.reply('')  # fault\n",
        "@update\ndef f() -> Manual[text]:\n    ic.reply('')\n",
    ),
    "41": (
        "@update\ndef f() -> text:\n    return ic.method_name()  # fault\n",
        "@inspect_message\ndef f() -> void:\n    ic.method_name()\n",
    ),
    "42": (
        "@query\ndef f() -> void:\n    ic.notify_raw(Principal(b''), 'a', b'', 0)  # fault\n",
        "@update\ndef f() -> void:\n    ic.notify_raw(Principal(b''), 'a', b'', 0)\n",
    ),
    "43": (
        "def tick() -> object:\n    yield ic.call_raw(Principal(b''), 'a', b'', 0)\n\n\n"
        "def arm() -> None:\n    ic.set_timer(1, tick)  # fault\n",
        "def tick() -> object:\n    try:\n        yield ic.call_raw(Principal(b''), 'a', b'', 0)\n"
        "    except Exception as error:\n        ic.print(error)\n\n\ndef arm() -> None:\n    ic.set_timer(1, tick)\n",
    ),
    "44": ("import random  # fault\n", "import hashlib\n"),
    "45": ("import time  # fault\n", "from canisters.lib import env\n"),
    "45 now": (
        "from datetime import datetime\n\n\ndef f() -> object:\n    return datetime.now()  # fault\n",
        "from datetime import datetime\n\n\ndef f(s: int) -> object:\n    return datetime.fromtimestamp(s)\n",
    ),
    "46 print": ("def f() -> None:\n    print(1)  # fault\n", "def f() -> None:\n    ic.print(1)\n"),
    "46 open": ("def f() -> object:\n    return open('x')  # fault\n", "A = 1\n"),
    "46 io": (
        "import io\n\n\ndef f() -> object:\n    return io.open('x')  # fault\n",
        "import io\n\n\ndef f() -> object:\n    return io.BytesIO()\n",
    ),
    "46 os": ("import os  # fault\n", "import math\n"),
    "46 del": (
        "class C:\n    def __del__(self) -> None:  # fault\n        pass\n",
        "class C:\n    def close(self) -> None:\n        pass\n",
    ),
    "50": ("import asyncio  # fault\n", "import json\n"),
    "P1 list": ("seen = []  # fault\n", "SEEN = ()\n"),
    "P1 nested": ("seen = ([], 1)  # fault\n", "seen = ((), 1)\n"),
    "P1 instance": (
        "class Counter2:\n    def add(self) -> None:\n        self.n = 1\n\n\nCOUNTER = Counter2()  # fault\n",
        "class Fixed:\n    def __init__(self) -> None:\n        self.n = 1\n\n\nFIXED = Fixed()\n",
    ),
    "P1 change": (
        "TABLE = {'a': 1}\n\n\ndef f() -> None:\n    TABLE['b'] = 2  # fault\n",
        "TABLE = {'a': 1}\n\n\ndef f() -> dict:\n    table = dict(TABLE)\n    table['b'] = 2\n    return table\n",
    ),
    "P1 method": (
        "NAMES = ['a']\n\n\ndef f() -> None:\n    NAMES.append('b')  # fault\n",
        "NAMES = ['a']\n\n\ndef f() -> list:\n    return [*NAMES, 'b']\n",
    ),
    "P1 attribute": (
        "from canisters.hello import words\n\n\ndef f() -> None:\n    words.GREETING = 'x'  # fault\n",
        "from canisters.hello import words\n\n\ndef f() -> str:\n    return words.GREETING\n",
    ),
    "P1 class": (
        "class C:\n    shared = {}  # fault\n",
        "class C:\n    shared = ()\n",
    ),
    "P1 default": (
        "def f(a: list = []) -> None:  # fault\n    pass\n",
        "def f(a: tuple = ()) -> None:\n    pass\n",
    ),
    "P1 cache": (
        "from functools import lru_cache\n\n\n@lru_cache\ndef f() -> int:  # fault\n    return 1\n",
        "from functools import partial\n\n\ndef f() -> object:\n    return partial(f)\n",
    ),
    "P1 loop": ("for number in (1, 2):  # fault\n    pass\n", "NUMBERS = tuple(n for n in (1, 2))\n"),
    "P2": (
        "A = 1\n\n\ndef f() -> None:\n    global A  # fault\n    A = 2\n",
        "A = 1\n\n\ndef f() -> int:\n    return A\n",
    ),
    "P3": (
        "def f() -> None:\n    try:\n        pass\n    except BaseException:  # fault\n        pass\n",
        "def f() -> None:\n    try:\n        pass\n    except Exception:\n        pass\n",
    ),
    "P3 bare": (
        "def f() -> None:\n    try:\n        pass\n    except:  # fault\n        pass\n",
        "def f() -> None:\n    try:\n        pass\n    finally:\n        pass\n",
    ),
    "P3 finally": (
        "def f() -> int:\n    try:\n        pass\n    finally:\n        return 1  # fault\n",
        "def f() -> int:\n    try:\n        pass\n    finally:\n        pass\n    return 1\n",
    ),
    "P4": (
        "def arm() -> None:\n    ic.set_timer(1, lambda: None)  # fault\n",
        "def tick() -> None:\n    pass\n\n\ndef arm() -> None:\n    ic.set_timer(1, tick)\n",
    ),
    "P5": ("def f() -> int:\n    return ic.time()  # fault\n", "def f() -> int:\n    return ic.canister_balance()\n"),
}
