"""The one timer of a group: it closes requests to add people that a crash cut off. Armed only while one is open."""

from kybra import ic

from canisters.group import additions
from canisters.lib import env

CHECK_SECONDS = 150


def watch_additions() -> None:
    ic.set_timer(CHECK_SECONDS, finish_stale_additions)


def finish_stale_additions() -> None:
    if additions.finish_stale(env.now_ms()):
        watch_additions()
