"""The replica as two processes, so that it uses two processors.

    browser, agent --HTTP--> front: sockets, CBOR, signatures, pages, queries, inspection of ingress
                               |  channel: frames over a socket pair
                             core: rounds, the state, certificates

Python runs one thread at a time, and about half of what a message costs is not its execution. The core is the process
that was started: it owns the data directory and starts its fronts, which own nothing and may die at any time. A front
reads the state of the last committed round by itself and asks the core for everything else; each front has one channel.

    frames.py       what is said on a channel
    core_side.py    the core's end: hands frames to the replica, answers after the round
    remote_core.py  the front's end: implements `Core` for the HTTP application
    fronts.py       starting fronts, watching them, stopping them
"""
