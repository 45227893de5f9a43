"""Candid: the types and values in which canisters are spoken to.

`types` are the types as data, `did` reads and prints interfaces, `codec` turns values into messages and back, `text`
does the same for values as people write them. Nothing here knows of canisters, messages or the replica; every failure
is a `CandidError`. Candid specification, versions 0.1.x.
"""
