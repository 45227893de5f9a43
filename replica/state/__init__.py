"""Replicated state: everything a replica must remember, and the only folder that touches the disk.

One LMDB environment below the data directory holds it all. A round is one write transaction, a message one transaction
nested in it, so a trap is an abort and a round becomes durable as a whole. What this folder must never do: run code,
know what a message is, or write outside a transaction.

    directory.py      the data directory: its format, its lock, its secrets
    store.py          the environment, its tables and its transactions
    canister.py       one canister's record; canister_table.py: all of them, cached, undone with their message
    stable_state.py   the stable memory of one canister: maps and raw pages
    timers.py, logs.py, modules.py, chunks.py, changes.py, ingress_records.py, subnet.py   one table each
    snapshots.py      copies of canisters; memory_images.py: their memory as images.py, which are long byte strings
    state_tree.py     the labelled view of it all that certificates are made of; metadata.py, metrics.py: leaves of it
"""
