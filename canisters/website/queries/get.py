"""One file in the first of the wanted encodings it has, or as much of it as one answer carries."""

from kybra import query

from canisters.website import assets, content
from canisters.website.api import EncodedAsset, GetArgs
from canisters.website.errors import WebsiteError
from canisters.website.model.ranges import BODY_BYTES_MAX


@query
def get(args: GetArgs) -> EncodedAsset:
    record = assets.find(args["key"])
    for encoding in args["accept_encodings"]:
        if encoding in record["e"]:
            details = record["e"][encoding]
            return {
                "content": content.read(details["r"], 0, BODY_BYTES_MAX),
                "content_type": record["t"],
                "content_encoding": encoding,
                "sha256": details["h"],
                "total_length": details["n"],
            }
    raise WebsiteError(f"asset {args['key']!r} has none of the encodings asked for")
