"""Chance that is none: the same in every canister, and again after every upgrade; and the clock of the machine."""

import random  # refused: 44
import secrets  # refused: 44
import time  # refused: 45
import uuid  # refused: 44

from kybra import nat64, query, text


@query
def number() -> nat64:
    return random.randint(0, 10) + secrets.randbelow(10) + int(time.time())


@query
def name() -> text:
    return str(uuid.uuid4())
