"""The HTTP gateway: web pages out of canisters.

    host.py          which canister a request is for
    gateway.py       asks it, follows streams and upgrades, answers the browser
    interface.py     the Candid of `http_request`
    verification.py  whether the canister's answer is certified for this very request
    expression.py    the canister's statement of what is certified

HTTP gateway protocol specification.
"""
