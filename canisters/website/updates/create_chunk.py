"""Add bytes to an upload; the chunk's number is named when the batch is committed."""

from kybra import update

from canisters.website import batches
from canisters.website.api import CreateChunkArgs, CreateChunkResult
from canisters.website.guards import is_writer


@update(guard=is_writer)
def create_chunk(args: CreateChunkArgs) -> CreateChunkResult:
    return {"chunk_id": batches.add_chunk(args["batch_id"], args["content"])}
