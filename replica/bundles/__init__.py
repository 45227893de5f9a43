"""Modules for the replica, made from the source of a canister: reproducible archives of exactly what its entry reaches.

`bundle_project` takes any Kybra project: an entry file, and the folder that its imports start from. Parley's own
canisters have a layout of their own, which `parley.bundler` knows.
"""

from replica.bundles.project import BundleError, bundle_project

__all__ = ["BundleError", "bundle_project"]
