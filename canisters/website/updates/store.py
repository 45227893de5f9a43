"""Put one file in place with all its bytes: the short way for small files."""

from kybra import update, void

from canisters.website import assets, certification, content
from canisters.website.api import StoreArgs
from canisters.website.guards import is_writer


@update(guard=is_writer)
def store(args: StoreArgs) -> void:
    assets.create(args["key"], args["content_type"])
    runs = [content.write_run(args["content"])]
    assets.set_content(args["key"], args["content_encoding"], runs, args["sha256"])
    certification.certify([args["key"]])
