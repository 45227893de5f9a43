"""Candid types of the website canister: the part of the asset canister's interface that deploy tools use."""

from kybra import Func, Opt, Query, Record, Tuple, Variant, Vec, blob, nat, nat16, nat64, text

HeaderField = Tuple[text, text]


class StoreArgs(Record):
    key: text
    content_type: text
    content_encoding: text
    content: blob
    sha256: Opt[blob]


class AssetEncoding(Record):
    content_encoding: text
    sha256: Opt[blob]
    length: nat
    modified: int


class AssetDetails(Record):
    key: text
    content_type: text
    encodings: Vec[AssetEncoding]


class ListArgs(Record):
    start: Opt[nat]
    length: Opt[nat]


class GetArgs(Record):
    key: text
    accept_encodings: Vec[text]


class EncodedAsset(Record):
    content: blob
    content_type: text
    content_encoding: text
    sha256: Opt[blob]
    total_length: nat


class GetChunkArgs(Record):
    key: text
    content_encoding: text
    index: nat
    sha256: Opt[blob]


class Chunk(Record):
    content: blob


class CreateBatchArgs(Record): ...


class CreateBatchResult(Record):
    batch_id: nat


class CreateChunkArgs(Record):
    batch_id: nat
    content: blob


class CreateChunkResult(Record):
    chunk_id: nat


class CreateAssetArgs(Record):
    key: text
    content_type: text
    max_age: Opt[nat64]
    headers: Opt[Vec[HeaderField]]
    enable_aliasing: Opt[bool]
    allow_raw_access: Opt[bool]


class SetAssetContentArgs(Record):
    key: text
    content_encoding: text
    chunk_ids: Vec[nat]
    sha256: Opt[blob]


class UnsetAssetContentArgs(Record):
    key: text
    content_encoding: text


class DeleteAssetArgs(Record):
    key: text


class ClearArgs(Record): ...


class BatchOperationKind(Variant, total=False):
    CreateAsset: CreateAssetArgs
    SetAssetContent: SetAssetContentArgs
    UnsetAssetContent: UnsetAssetContentArgs
    DeleteAsset: DeleteAssetArgs
    Clear: ClearArgs


class CommitBatchArgs(Record):
    batch_id: nat
    operations: Vec[BatchOperationKind]


class DeleteBatchArgs(Record):
    batch_id: nat


class HttpRequest(Record):
    method: text
    url: text
    headers: Vec[HeaderField]
    body: blob
    certificate_version: Opt[nat16]


class StreamingToken(Record):
    key: text
    content_encoding: text
    index: nat
    sha256: Opt[blob]


class StreamingCallbackHttpResponse(Record):
    body: blob
    token: Opt[StreamingToken]


StreamingCallback = Func(Query[[StreamingToken], Opt[StreamingCallbackHttpResponse]])  # type: ignore[misc]


class CallbackStrategy(Record):
    callback: StreamingCallback  # type: ignore[valid-type]
    token: StreamingToken


class StreamingStrategy(Variant, total=False):
    Callback: CallbackStrategy


class HttpResponse(Record):
    status_code: nat16
    headers: Vec[HeaderField]
    body: blob
    upgrade: Opt[bool]
    streaming_strategy: Opt[StreamingStrategy]
