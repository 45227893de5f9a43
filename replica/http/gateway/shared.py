"""Canisters at a host that is not theirs alone: `localhost:8080/?canisterId=<id>`.

There, pages of different canisters and those of the operator have one origin, and a browser would let each read what
the others keep. So a browser that goes to such a page is sent on to the canister's own host, and whatever else is
served is told to have an origin of its own, without storage and cookies. CSP 3, "sandbox".

NOT LIKE THE IC: a local gateway serves such pages like any other. Here one that is shown in a browser without
`*.localhost`, or in a frame, finds no `localStorage`.
"""

from __future__ import annotations

from typing import Final

from replica.http.access import host_name, is_address, is_loopback
from replica.http.gateway.host import Target
from replica.http.messages import Request, Response

_SANDBOX: Final = (
    b"content-security-policy",
    b"sandbox allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-scripts",
)
_ABOUT_THE_HOST: Final = frozenset((b"clear-site-data", b"set-cookie", b"service-worker-allowed"))


def is_shared_host(request: Request, target: Target) -> bool:
    """Whether the answer would be at an origin that others have too: the operator's, or other canisters'.

    At an address of another network in numbers there would be no way to use canisters from a telephone but this one;
    there they share an origin, which `docs/security.md` says.
    """
    name = host_name(request.host)
    return not target.is_own_host and (is_loopback(name) or not is_address(name))


def own_address(request: Request, target: Target) -> Response | None:
    """Where a browser that goes to this page should go instead."""
    if request.header(b"sec-fetch-mode") != "navigate" or request.method not in ("GET", "HEAD"):
        return None
    port = request.host.rpartition(":")[2]
    query = "&".join(part for part in request.query.split("&") if part and not part.startswith("canisterId="))
    name = host_name(request.host)
    base = "localhost" if is_loopback(name) or name.endswith(".localhost") else name
    host = f"{target.canister_id}.{base}" + (f":{port}" if port.isdigit() else "")
    # Whoever put a name before this replica may speak TLS there.
    scheme = "http:" if base == "localhost" else ""
    location = f"{scheme}//{host}{request.path}" + (f"?{query}" if query else "")
    return Response(307, ((b"location", location.encode("latin-1")), (b"cache-control", b"no-store")))


def sandboxed(response: Response) -> Response:
    kept = tuple(header for header in response.headers if header[0] not in _ABOUT_THE_HOST)
    return Response(response.status, (*kept, _SANDBOX), response.body)
