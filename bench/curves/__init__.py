"""What grows with the number of people, canisters and messages, and what does not: `make curves`.

Two worlds are filled step by step, one with people, one with the messages of a single chat. At each size the same work
is done in the core (`costs`), and a copy of the world is served by the replica's own process (`served`).
"""
