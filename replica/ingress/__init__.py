"""Ingress: from the bytes of a request to something routing may trust.

The flow of a request is `envelope` (what was sent, strictly typed) -> `authentication` (expiry, delegations,
signatures, sender) -> `effective_canister` (does the URL fit the content) -> `gate` (routing's own request types).
Whatever is wrong with a request ends as one `IngressError` with the text and status of the interface specification;
nothing here executes or remembers anything. Interface spec, "Authentication" and "Request types".
"""
