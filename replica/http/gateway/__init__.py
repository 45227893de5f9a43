"""The HTTP gateway: web pages out of canisters.

    host.py          which canister a request is for
    shared.py        what a canister may do at a host that is not its own
    gateway.py       the way of one request, from the question to the verified answer
    canister.py      asks the canister, follows streams and updates
    interface.py     the Candid of `http_request`
    proof.py         the certificate that comes with an answer
    verification.py  whether it certifies this very answer to this very request; `verification_v1.py` the old way
    browser.py       what reaches the canister and the browser of each other's headers
    expression.py    the canister's statement of what is certified

HTTP gateway protocol specification.
"""
