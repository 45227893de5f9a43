"""The files there are, in the order of their keys, a page at a time."""

from typing import Any

from kybra import Vec, query

from canisters.website import assets, state
from canisters.website.api import AssetDetails, AssetEncoding, ListArgs

PAGE_MAX = 100


@query
def list(args: ListArgs) -> Vec[AssetDetails]:
    start = args["start"] or 0
    length = PAGE_MAX if args["length"] is None else min(args["length"], PAGE_MAX)
    return [_details(key, assets.find(key)) for key in state.records.keys()[start : start + length]]


def _details(key: str, record: dict[str, Any]) -> AssetDetails:
    encodings: Vec[AssetEncoding] = [
        {"content_encoding": name, "sha256": details["h"], "length": details["n"], "modified": details["m"]}
        for name, details in record["e"].items()
    ]
    return {"key": key, "content_type": record["t"], "encodings": encodings}
