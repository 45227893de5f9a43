"""From where on a new member may read."""


def first_visible(*, is_owner: bool, is_history_visible: bool, event_count: int, message_count: int) -> tuple[int, int]:
    """The first event index and the first message index that somebody who joins now will see.

    Where history is hidden it begins with the next event, except for those who are added while the group only just
    exists, and for the owner, who sees everything.
    """
    if is_owner or is_history_visible or event_count <= 1:
        return 0, 0
    return event_count, message_count
