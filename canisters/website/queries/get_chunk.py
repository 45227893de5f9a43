"""The part of a file that `get` left out: number `index`, counted from 0, of equal parts."""

from kybra import query

from canisters.website import assets, content
from canisters.website.api import Chunk, GetChunkArgs
from canisters.website.errors import WebsiteError
from canisters.website.model.ranges import BODY_BYTES_MAX, body_count


@query
def get_chunk(args: GetChunkArgs) -> Chunk:
    details = assets.find_content(args["key"], args["content_encoding"])
    if args["sha256"] is not None and args["sha256"] != details["h"]:
        raise WebsiteError("sha256 mismatch: the asset has changed")
    if args["index"] >= body_count(details["n"]):
        raise WebsiteError("chunk index out of bounds")
    start = args["index"] * BODY_BYTES_MAX
    return {"content": content.read(details["r"], start, start + BODY_BYTES_MAX)}
