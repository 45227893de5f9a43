"""Records that refer to each other by principal, made from chance, with refusals as variants."""

from kybra import Async, Opt, Principal, Record, StableBTreeMap, Variant, Vec, blob, ic, nat64, query, text, update
from kybra.canisters.management import management_canister


class User(Record):
    id: Principal
    created_at: nat64
    recordings: Vec[Principal]
    username: text


class Recording(Record):
    id: Principal
    audio: blob
    name: text
    owner: Principal


class DeleteResult(Variant, total=False):
    Ok: Recording
    Err: "DeleteError"


class DeleteError(Variant, total=False):
    NoSuchRecording: Principal


USERS = StableBTreeMap[Principal, User](memory_id=0, max_key_size=38, max_value_size=2_000)
RECORDINGS = StableBTreeMap[Principal, Recording](memory_id=1, max_key_size=38, max_value_size=50_000)


def fresh_id() -> Async[Principal]:
    result = yield management_canister.raw_rand()
    return Principal.self_authenticating(result.Ok)


@update
def create_user(username: text) -> Async[User]:
    user_id = yield from fresh_id()
    user = {"id": user_id, "created_at": ic.time(), "recordings": [], "username": username}
    USERS.insert(user_id, user)
    return user


@update
def create_recording(owner: Principal, name: text, audio: blob) -> Async[Opt[Recording]]:
    recording_id = yield from fresh_id()
    user = USERS.get(owner)
    if user is None:
        return None
    recording = {"id": recording_id, "audio": audio, "name": name, "owner": owner}
    RECORDINGS.insert(recording_id, recording)
    user["recordings"].append(recording_id)
    USERS.insert(owner, user)
    return recording


@update
def delete_recording(recording_id: Principal) -> DeleteResult:
    recording = RECORDINGS.remove(recording_id)
    if recording is None:
        return {"Err": {"NoSuchRecording": recording_id}}
    owner = USERS.get(recording["owner"])
    owner["recordings"] = [each for each in owner["recordings"] if each.bytes != recording_id.bytes]
    USERS.insert(owner["id"], owner)
    return {"Ok": recording}


@query
def users() -> Vec[User]:
    return USERS.values()
