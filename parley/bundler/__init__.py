"""Turns the source of a canister into its module: a reproducible archive of exactly the files it reaches.

`bundle` gives the bytes that are installed on the replica; `write_bundle_folder` puts the same files into a folder,
from which the real Kybra compiles them with `python -m kybra NAME canisters/NAME/main.py`. Both walk the imports from
`canisters/NAME/main.py` under a root folder and raise `SourceError`, naming file and line, where Kybra would fail.

A canister folder may have a `bundle.json` that asks for modules generated from files (see `generated.py`).
"""

from parley.bundler.bundle import bundle, bundle_files, write_bundle_folder
from replica.bundles import BundleError

__all__ = ["BundleError", "bundle", "bundle_files", "write_bundle_folder"]
