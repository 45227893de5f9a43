"""Public metadata of a module: what the Internet Computer keeps in custom sections, under the names agents look for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from replica.candid.did import parse_did
from replica.candid.type_printer import print_arguments
from replica.candid.types import CandidError


@lru_cache(maxsize=256)
def public_metadata(candid: str) -> Mapping[str, bytes]:
    """`candid:service` is the interface as it was written, `candid:args` the types that installing it takes.

    NOT LIKE THE IC: a bundle of Python has no custom sections. This is all the metadata there is, and none is private.
    """
    sections = {"candid:service": candid.encode()}
    with suppress(CandidError):  # an interface that cannot be read has no arguments to tell
        sections["candid:args"] = print_arguments(parse_did(candid).init_args).encode()
    return sections
