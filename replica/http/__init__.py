"""HTTP: the only layer that opens sockets. CBOR in and out for agents, web pages for browsers.

    server.py     runs the application under uvicorn until it is told to stop
    protocol.py   what one connection may send
    connections.py  how many there may be, and how long each may take
    limits.py     bounds, in one place
    access.py     who may ask for what: Host and Origin
    exchange.py   reads a request, writes a response
    app.py        the ASGI application: reads a body, finds the handler, writes the answer
    api.py        /api/v2..v4: status, call, query, read_state
    core.py       what all of these ask of the core, wherever it runs
    local_core.py, round_driver.py   the core in this process: when its rounds happen, and who waits for them
    gateway/      <canister id>.localhost: asks canisters for pages and verifies them before passing them on

Everything runs on one thread, that of the event loop. Interface spec, "HTTPS
interface"; HTTP gateway protocol.
"""
