"""Begin an upload: what it changes becomes visible all at once, with `commit_batch`."""

from kybra import update

from canisters.website import batches
from canisters.website.api import CreateBatchArgs, CreateBatchResult
from canisters.website.guards import is_writer


@update(guard=is_writer)
def create_batch(args: CreateBatchArgs) -> CreateBatchResult:
    return {"batch_id": batches.create()}
