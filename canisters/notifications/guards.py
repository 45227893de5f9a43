"""Who may call: the relay may drain the queue. Answers are variants, so these are plain questions, not guards."""

from canisters.lib import env
from canisters.notifications import state


def is_relay(caller: bytes) -> bool:
    return caller in state.load_settings()["relays"]


def is_somebody(caller: bytes) -> bool:
    return caller != env.ANONYMOUS
