"""Give up an upload."""

from kybra import update, void

from canisters.website import batches
from canisters.website.api import DeleteBatchArgs
from canisters.website.guards import is_writer


@update(guard=is_writer)
def delete_batch(args: DeleteBatchArgs) -> void:
    batches.delete(args["batch_id"])
