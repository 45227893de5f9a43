"""What type checkers are told about Kybra 0.7.1.

The package assigns `Record = TypedDict` and the like, which no type checker follows; here the same names mean the same
things in a form that they do. Only checkers read this file: at run time the package itself is imported.
"""

from collections.abc import Callable, Generator
from typing import Any, Concatenate, Generic, NoReturn, Optional, ParamSpec, Tuple, TypeAlias, TypeVar, overload
from typing import TypedDict as Record
from typing import TypedDict as Variant

__all__ = [
    "Alias",
    "Async",
    "AsyncInfo",
    "CallResult",
    "CandidError",
    "Duration",
    "Error",
    "Func",
    "GuardResult",
    "Manual",
    "NotifyResult",
    "Oneway",
    "Opt",
    "Principal",
    "Query",
    "Record",
    "RejectionCode",
    "Service",
    "StableBTreeMap",
    "TimerId",
    "Tuple",
    "Update",
    "Variant",
    "Vec",
    "blob",
    "empty",
    "float32",
    "float64",
    "heartbeat",
    "ic",
    "init",
    "inspect_message",
    "int8",
    "int16",
    "int32",
    "int64",
    "nat",
    "nat8",
    "nat16",
    "nat32",
    "nat64",
    "null",
    "post_upgrade",
    "pre_upgrade",
    "query",
    "reserved",
    "service_query",
    "service_update",
    "text",
    "update",
    "void",
]

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")

RawBytes: TypeAlias = bytes  # inside Principal, `bytes` is a property

class Principal:
    hex: str
    def __init__(self, bytes: RawBytes = b"") -> None: ...
    @property
    def bytes(self) -> RawBytes: ...
    @property
    def len(self) -> int: ...
    def to_str(self) -> str: ...
    @staticmethod
    def from_str(s: str) -> Principal: ...
    @staticmethod
    def from_hex(s: str) -> Principal: ...
    @staticmethod
    def anonymous() -> Principal: ...
    @staticmethod
    def management_canister() -> Principal: ...
    @staticmethod
    def self_authenticating(pubkey: str | RawBytes) -> Principal: ...

int8: TypeAlias = int
int16: TypeAlias = int
int32: TypeAlias = int
int64: TypeAlias = int
nat: TypeAlias = int
nat8: TypeAlias = int
nat16: TypeAlias = int
nat32: TypeAlias = int
nat64: TypeAlias = int
float32: TypeAlias = float
float64: TypeAlias = float
text: TypeAlias = str
blob: TypeAlias = bytes
null: TypeAlias = None
void: TypeAlias = None
reserved: TypeAlias = Any
empty: TypeAlias = NoReturn
Opt: TypeAlias = Optional[T]
Manual: TypeAlias = Optional[T]
Alias: TypeAlias = T
Vec: TypeAlias = list[T]
Async: TypeAlias = Generator[Any, Any, T]
TimerId: TypeAlias = int
Duration: TypeAlias = int
Query: TypeAlias = Callable[P, T]
Update: TypeAlias = Callable[P, T]
Oneway: TypeAlias = Callable[P, T]

def Func(callable: Any) -> Any: ...

class GuardResult(Variant, total=False):
    Ok: None
    Err: str

class RejectionCode(Variant, total=False):
    NoError: None
    SysFatal: None
    SysTransient: None
    DestinationInvalid: None
    CanisterReject: None
    CanisterError: None
    Unknown: None

class NotifyResult(Variant, total=False):
    Ok: None
    Err: RejectionCode

class Error(Exception): ...
class CandidError(Error): ...

class CallResult(Generic[T]):
    Ok: T
    Err: str | None
    def __init__(self, Ok: T, Err: str | None) -> None: ...

class AsyncInfo:
    name: str
    args: list[Any]
    def __init__(self, name: str, args: list[Any]) -> None: ...
    def with_cycles(self, cycles: int) -> AsyncInfo: ...
    def with_cycles128(self, cycles: int) -> AsyncInfo: ...
    def notify(self) -> NotifyResult: ...

@overload
def query(func: F, /) -> F: ...
@overload
def query(*, guard: Callable[[], GuardResult] | None = None) -> Callable[[F], F]: ...
@overload
def update(func: F, /) -> F: ...
@overload
def update(*, guard: Callable[[], GuardResult] | None = None) -> Callable[[F], F]: ...
def init(func: F) -> F: ...
def heartbeat(func: F) -> F: ...
def pre_upgrade(func: F) -> F: ...
def post_upgrade(func: F) -> F: ...
def inspect_message(func: F) -> F: ...

class Service:
    canister_id: Principal
    def __init__(self, canister_id: Principal) -> None: ...

def service_query(func: Callable[Concatenate[Any, P], Any]) -> Callable[Concatenate[Any, P], AsyncInfo]: ...
def service_update(func: Callable[Concatenate[Any, P], Any]) -> Callable[Concatenate[Any, P], AsyncInfo]: ...

class StableBTreeMap(Generic[K, V]):
    memory_id: int
    def __init__(self, memory_id: int, max_key_size: int, max_value_size: int) -> None: ...
    def contains_key(self, key: K) -> bool: ...
    def get(self, key: K) -> V | None: ...
    def insert(self, key: K, value: V) -> V | None: ...
    def is_empty(self) -> bool: ...
    def items(self) -> list[tuple[K, V]]: ...
    def keys(self) -> list[K]: ...
    def len(self) -> int: ...
    def remove(self, key: K) -> V | None: ...
    def values(self) -> list[V]: ...

class ic:
    @staticmethod
    def accept_message() -> None: ...
    @staticmethod
    def arg_data_raw() -> bytes: ...
    @staticmethod
    def arg_data_raw_size() -> int: ...
    @staticmethod
    def call_raw(canister_id: Principal, method: str, args_raw: bytes, payment: int) -> AsyncInfo: ...
    @staticmethod
    def call_raw128(canister_id: Principal, method: str, args_raw: bytes, payment: int) -> AsyncInfo: ...
    @staticmethod
    def caller() -> Principal: ...
    @staticmethod
    def candid_encode(candid_string: str) -> bytes: ...
    @staticmethod
    def candid_decode(candid_encoded: bytes) -> str: ...
    @staticmethod
    def canister_balance() -> int: ...
    @staticmethod
    def canister_balance128() -> int: ...
    @staticmethod
    def clear_timer(id: TimerId) -> None: ...
    @staticmethod
    def data_certificate() -> bytes | None: ...
    @staticmethod
    def id() -> Principal: ...
    @staticmethod
    def method_name() -> str: ...
    @staticmethod
    def msg_cycles_accept128(max_amount: int) -> int: ...
    @staticmethod
    def msg_cycles_available128() -> int: ...
    @staticmethod
    def msg_cycles_refunded128() -> int: ...
    @staticmethod
    def notify_raw(canister_id: Principal, method: str, args_raw: bytes, payment: int) -> NotifyResult: ...
    @staticmethod
    def performance_counter(counter_type: int) -> int: ...
    @staticmethod
    def print(*args: Any) -> None: ...
    @staticmethod
    def reject(x: str) -> None: ...
    @staticmethod
    def reject_code() -> RejectionCode: ...
    @staticmethod
    def reject_message() -> str: ...
    @staticmethod
    def reply(value: Any) -> None: ...
    @staticmethod
    def reply_raw(x: bytes) -> None: ...
    @staticmethod
    def set_certified_data(data: bytes) -> None: ...
    @staticmethod
    def set_timer(delay: Duration, func: Callable[[], Any]) -> TimerId: ...
    @staticmethod
    def set_timer_interval(interval: Duration, func: Callable[[], Any]) -> TimerId: ...
    @staticmethod
    def stable64_size() -> int: ...
    @staticmethod
    def time() -> int: ...
    @staticmethod
    def trap(message: str) -> NoReturn: ...
