"""Modules of the standard library that exist inside a canister."""

import bisect
import calendar
import copy
import decimal
import fractions
import functools
import heapq
import hmac
import html
import math
import re
import statistics
import string
import struct
import textwrap
import zlib
from urllib.parse import quote

from kybra import Vec, query, text


@query
def samples() -> Vec[text]:
    heap = [3, 1, 2]
    heapq.heapify(heap)
    return [
        str(bisect.bisect([1, 3], 2)),
        str(calendar.isleap(2024)),
        str(copy.deepcopy([[1]])),
        str(decimal.Decimal("0.1") + decimal.Decimal("0.2")),
        str(fractions.Fraction(1, 3) + fractions.Fraction(1, 6)),
        str(functools.reduce(lambda total, each: total + each, [1, 2, 3])),
        str(heapq.heappop(heap)),
        hmac.new(b"key", b"text", "sha256").hexdigest()[:8],
        html.escape("<a>"),
        str(math.isqrt(17)),
        re.sub("[aeiou]", "*", "banana"),
        str(statistics.mean([1, 2, 3])),
        string.ascii_lowercase[:3],
        struct.pack("<H", 258).hex(),
        textwrap.shorten("one two three", 9),
        str(zlib.crc32(b"text")),
        quote("a b"),
    ]
