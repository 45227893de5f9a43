"""The groups this person is in: what joining, being added and leaving do to the record."""

from canisters.lib import env
from canisters.user import state


def is_member(group_id: bytes) -> bool:
    number = state.find_group(group_id)
    return number is not None and state.load_group(number)["is_member"]


def add(group_id: bytes, read_up_to: int | None = None) -> None:
    """Be in the group from now on; a group left earlier keeps its place in the list."""
    totals = state.load_totals()
    number = state.find_group(group_id)
    if number is None:
        number = totals["groups"]
        totals["groups"] = number + 1
        state.index_group(group_id, number)
    elif state.load_group(number)["is_member"]:
        return
    now_ms = env.now_ms()
    group = {"id": group_id, "joined": now_ms, "read": read_up_to, "is_member": True}
    group["updated"] = state.touch(totals, now_ms)
    totals["joined"] += 1
    state.save_group(number, group)
    state.save_totals(totals)


def remove(group_id: bytes) -> None:
    number = state.find_group(group_id)
    if number is None:
        return
    group = state.load_group(number)
    if not group["is_member"]:
        return
    totals = state.load_totals()
    group["is_member"] = False
    group["updated"] = state.touch(totals, env.now_ms())
    totals["joined"] -= 1
    state.save_group(number, group)
    state.save_totals(totals)
