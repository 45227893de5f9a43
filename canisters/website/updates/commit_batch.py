"""Carry out the operations of an upload in order, all or none, and certify the result once."""

from typing import Any

from kybra import update, void

from canisters.website import assets, batches, certification, state
from canisters.website.api import CommitBatchArgs
from canisters.website.errors import WebsiteError
from canisters.website.guards import is_writer


@update(guard=is_writer)
def commit_batch(args: CommitBatchArgs) -> void:
    batches.check_alive(args["batch_id"])
    changed: list[str] = []
    for operation in args["operations"]:
        changed += _apply(args["batch_id"], operation)
    batches.delete(args["batch_id"])
    certification.certify(changed)


def _apply(batch_id: int, operation: Any) -> list[str]:
    """Do one operation; the keys it concerns."""
    for kind, args in operation.items():
        if kind == "Clear":
            return _clear()
        if kind == "CreateAsset":
            _create(args)
        elif kind == "SetAssetContent":
            runs = [batches.take_chunk(batch_id, chunk_id) for chunk_id in args["chunk_ids"]]
            assets.set_content(args["key"], args["content_encoding"], runs, args["sha256"])
        elif kind == "UnsetAssetContent":
            assets.unset_content(args["key"], args["content_encoding"])
        elif kind == "DeleteAsset":
            assets.delete(args["key"])
        return [args["key"]]
    raise WebsiteError("an operation has no kind")


def _create(args: Any) -> None:
    assets.create(
        args["key"],
        args["content_type"],
        max_age_seconds=args["max_age"],
        headers=args["headers"],
        is_aliased=args["enable_aliasing"] is not False,
    )


def _clear() -> list[str]:
    keys = state.records.keys()
    for key in keys:
        assets.delete(key)
    return keys
