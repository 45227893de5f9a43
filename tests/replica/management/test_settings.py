"""Settings: what is given changes, the rest stays, and limits hold."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject
from tests.fixtures.replica import ALICE, BOB, LocalReplica, without_cycles


def update(replica: LocalReplica, canister_id: Principal, **settings: object) -> None:
    args = {"canister_id": canister_id, "settings": settings}
    replica.manage("update_settings", args, sender=ALICE, target=canister_id)


def test_what_is_given_changes_and_the_rest_stays(replica: LocalReplica, notebook: Principal):
    before = replica.canister_status(notebook)

    update(replica, notebook, freezing_threshold=99, environment_variables=[{"name": "A", "value": "b"}])

    after = replica.canister_status(notebook)
    assert after["settings"]["freezing_threshold"] == 99
    assert after["settings"]["environment_variables"] == [{"name": "A", "value": "b"}]
    assert after["settings"]["wasm_memory_limit"] == before["settings"]["wasm_memory_limit"]
    assert after["version"] == before["version"] + 1


def test_settings_survive_a_restart(replica: LocalReplica, notebook: Principal):
    update(replica, notebook, log_visibility={"allowed_viewers": [BOB]}, reserved_cycles_limit=2**100)
    before = replica.canister_status(notebook)

    replica.restart()

    assert replica.canister_status(notebook) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"compute_allocation": 101},
        {"memory_allocation": 2**64},
        {"freezing_threshold": 2**64},
        {"wasm_memory_limit": 2**48 + 1},
        {"environment_variables": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
        {"environment_variables": [{"name": "A", "value": "x" * 129}]},
        {"environment_variables": [{"name": str(number), "value": ""} for number in range(21)]},
        {"log_visibility": {"allowed_viewers": [Principal(bytes([number])) for number in range(11)]}},
    ],
)
def test_a_value_out_of_its_limits_is_refused_and_nothing_changes(
    replica: LocalReplica, notebook: Principal, settings: dict[str, object]
):
    before = replica.canister_status(notebook)

    with pytest.raises(Reject) as failure:
        update(replica, notebook, controllers=[BOB], **settings)

    assert failure.value.error_code == "IC0408"
    assert without_cycles(replica.canister_status(notebook)) == without_cycles(before)


def test_a_long_freezing_threshold_freezes_a_canister_that_stores_much(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", bytes(2**20))
    assert replica.update(notebook, "read") == bytes(2**20)

    update(replica, notebook, freezing_threshold=2**40)

    with pytest.raises(Reject, match="is out of cycles"):
        replica.update(notebook, "write", b"more")
    with pytest.raises(Reject, match="is out of cycles"):
        replica.query(notebook, "read")
    update(replica, notebook, freezing_threshold=1)
    assert replica.update(notebook, "write", b"more") == b"written"
