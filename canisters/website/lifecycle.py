"""Birth and upgrade: remember the controller who did it, and certify everything there is."""

from kybra import ic, init, inspect_message, post_upgrade, void

from canisters.lib import env
from canisters.website import certification, state


@init
def initialize() -> void:
    state.set_writer(env.caller_bytes())
    certification.certify_all()


@post_upgrade
def after_upgrade() -> void:
    state.set_writer(env.caller_bytes())
    # New code may send other headers, and those are part of what is certified.
    certification.certify_all()


@inspect_message
def inspect() -> void:
    if env.caller_bytes() == state.writer():
        ic.accept_message()
