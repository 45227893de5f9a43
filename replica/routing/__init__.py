"""Routing: what happens to a message between its arrival and its answer.

    1. `replica.py`     the face of the core: submit, tick, query, read_state. No sockets, no clock of its own.
    2. `admission.py`   may this message run: does the canister exist, run, have code and cycles, accept it?
    3. `scheduler.py`   rounds: what is taken in, in which order it runs
    4. `calls.py`, `tasks.py`   what follows from how a message ended; timers and heartbeats
    5. `executor.py`    one message: a transaction around code, committed or undone
    6. `message_api.py` what that code may ask of the system while it runs
    7. `certifier.py`, `read_state.py`, `queries.py`   answers to readers, between rounds

Beside them: `messages.py` (what waits in queues, and call contexts), `ingress_history.py` (what became of each
request), `open_contexts.py`, `stops.py`, `watchdog.py`, `rejects.py` (every refusal text).

    ingress --submit--> arrivals --tick--> queue --> executor --> effects --> queue ...
                                             \\--------------- commit once, certify once, answer

Order: one queue, first in first out, which keeps the order of each pair of canisters and starves nobody.
"""
