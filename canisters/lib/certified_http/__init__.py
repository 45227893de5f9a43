"""HTTP responses that prove themselves: certification version 2 for canisters that serve files.

A file becomes an *asset* (`answers.py`), which can be answered in a few ways: with the file, compressed or not, or
with "not modified". The hashes of all these answers (`responses.py`) stand in a hash tree (`hash_tree.py`) whose upper
levels follow the path of the URL (`folders.py`). The canister has the root of that tree certified, and each response
carries a witness for its own path (`proof.py`).

`assets.py` is all a canister needs that serves a fixed set of files; `canisters/website` keeps its tree in stable maps.
Interface spec, "The HTTP Gateway protocol".
"""
