"""Which of Python's own modules and builtins canister code may use.

`AVAILABLE` is what exists inside a canister compiled by Kybra; importing anything else fails there. `FORBIDDEN` are
modules that exist there but would give canister code time, chance, files, processes or the host's own objects: they
behave differently from replica to replica, or reach out of the canister. Both lists bind the bundler, which tells the
author, and the loader, which gives canister code no way round.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NATIVE: Final = _words(
    """array atexit binascii _bisect cmath _codecs _collections _contextvars _csv errno fcntl _functools gc hashlib
    itertools _io _json marshal math _operator posix _random _sre _statistics _string _struct sys time unicodedata
    _weakref zlib"""
)

_FROZEN: Final = _words(
    """abc argparse ast base64 bisect calendar codecs collections configparser contextlib contextvars copy csv
    dataclasses datetime decimal difflib enum fractions functools graphlib gzip hashlib heapq hmac html inspect io
    ipaddress itertools json keyword logging math numbers operator os pathlib pickle pprint queue random re secrets
    shelve statistics string struct textwrap threading time tomllib traceback types typing unicodedata uuid warnings
    weakref zlib"""
)

# Packages of which only a part exists there.
_SUBMODULES: Final = frozenset({"urllib.parse", "xml.etree", "xml.etree.ElementTree", "collections.abc"})

AVAILABLE: Final = _NATIVE | _FROZEN | _SUBMODULES | {"urllib", "xml"}

FORBIDDEN: Final = _words(
    """_io _random _weakref argparse ast atexit configparser contextvars fcntl gc inspect logging marshal os pathlib
    pickle posix queue random secrets shelve sys threading time traceback uuid warnings weakref"""
)
"""Present inside a compiled canister, and still not for canister code."""

FORBIDDEN_BUILTINS: Final = _words("breakpoint compile eval exec exit globals help input locals open print quit vars")


def is_available(module: str) -> bool:
    """Whether a compiled canister could import `module`, a dotted name of the standard library."""
    return module in AVAILABLE


def is_permitted(module: str) -> bool:
    """Whether the loader gives `module` to canister code."""
    return module in AVAILABLE and module.partition(".")[0] not in FORBIDDEN
