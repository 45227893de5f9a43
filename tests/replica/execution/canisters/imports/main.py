"""What canister code can import, and what is not there."""

import base64
import collections.abc
import hashlib
import json
from urllib.parse import quote

import msgpack
from canisters.imports import shelf
from canisters.imports.shelf import books
from canisters.imports.shelf.books import title as book_title
from kybra import Vec, blob, query, text


@query
def standard_library(word: text) -> Vec[text]:
    is_sequence = isinstance([], collections.abc.Sequence)
    digest = hashlib.sha256(word.encode()).hexdigest()[:8]
    return [json.dumps({"a": 1}), base64.b64encode(word.encode()).decode(), digest, quote(word), str(is_sequence)]


@query
def own_modules() -> Vec[text]:
    from canisters.imports.shelf import late

    return [shelf.NAME, books.title(), book_title(), late.NAME, __name__, shelf.__name__]


@query
def packed(word: text) -> blob:
    return msgpack.packb({"word": word})


@query
def builtin_exists(name: text) -> bool:
    return name in __builtins_names__()


def __builtins_names__() -> object:
    return books.__builtins__
