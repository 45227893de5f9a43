"""The management canister `aaaaa-aa`: canisters are created, given code, run, measured and deleted through it.

It is no canister but part of the replica, with the face of one. `management.did` is its interface; `methods.py` is the
table of what it can do and who may ask; each group of methods has a file. A method gets the subnet it acts on as a
`Host` (which routing implements), runs inside one transaction, and is refused by raising `Reject`.
Interface spec, "The IC management canister".
"""
