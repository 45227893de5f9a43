"""Modules beside the entry, packages, parts of packages, and the standard library that exists there."""

import base64
import hashlib
import json
from collections import OrderedDict
from itertools import accumulate

import helpers
from helpers import shout as loudly
from kybra import Vec, nat64, query, text
from shelf import books
from shelf.books import TITLES


@query
def own_modules() -> Vec[text]:
    return [helpers.whisper("A"), loudly("b"), books.title(0), TITLES[1]]


@query
def standard_library(value: text) -> Vec[text]:
    return [
        base64.b64encode(value.encode()).decode(),
        hashlib.sha256(value.encode()).hexdigest()[:8],
        json.dumps(OrderedDict(b=1, a=[value])),
    ]


@query
def sums(values: Vec[nat64]) -> Vec[nat64]:
    return list(accumulate(values))


@query
def late() -> text:
    from shelf import late as module

    return module.WORD
