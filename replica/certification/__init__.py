"""Certification: hash trees, the tree behind the replicated state, keys, and the certificates that bind them.

A leaf of the replica: it knows bytes, hashes and signatures, and nobody above it. The flow of a round is
`label_tree` (what changed) -> `keys` (one signature over the root hash) -> `certificate` (witness and signature, per
caller). Interface spec, "Certification".
"""
