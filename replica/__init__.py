"""An embedded Internet Computer for Python canisters: durable, without a Wasm toolchain.

The folders carry the names of the Internet Computer's own layers, and dependencies point one way:
http -> ingress -> routing -> execution -> state. `candid`, `certification`, `clock` and `rng` are leaves.
"""
