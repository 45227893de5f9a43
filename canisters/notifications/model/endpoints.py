"""Which push subscriptions may be stored. The relay posts to whatever address stands here, so not every URL will do.

Push services are public hosts reached by https. For development a service on the same machine may be used, with http.
"""

from base64 import urlsafe_b64decode
from string import ascii_letters, digits
from urllib.parse import urlsplit

ENDPOINT_BYTES_MAX = 500
_P256DH_CHARACTERS = 87  # 65 bytes: an uncompressed point on P-256
_AUTH_CHARACTERS = 22  # 16 bytes
_UNCOMPRESSED_POINT = 4
_BASE64URL = ascii_letters + digits + "-_"
_HOST_CHARACTERS = ascii_letters + digits + "-."


def endpoint_problem(endpoint: str) -> str | None:
    """What is wrong with the URL, in words; None if nothing is."""
    if not 0 < len(endpoint) <= ENDPOINT_BYTES_MAX:
        return f"endpoint must have 1 to {ENDPOINT_BYTES_MAX} characters"
    if any(not "!" <= character <= "~" for character in endpoint):
        return "endpoint must be printable ASCII without spaces"
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "endpoint is not a URL"
    if "@" in parts.netloc or parts.fragment or port == 0 or "\\" in endpoint:
        return "endpoint must be a plain URL"
    if is_loopback(host) and parts.scheme in ("http", "https"):
        return None
    if parts.scheme != "https":
        return "endpoint must use https"
    return None if is_public_name(host) else "endpoint must name a public host"


def keys_problem(p256dh: str, auth: str) -> str | None:
    """What is wrong with the keys of a subscription; they come in base64url without padding. RFC 8291 section 3."""
    if len(p256dh) != _P256DH_CHARACTERS or not all(character in _BASE64URL for character in p256dh):
        return "keys.p256dh must be 65 bytes in base64url without padding"
    if urlsafe_b64decode(p256dh + "=")[0] != _UNCOMPRESSED_POINT:
        return "keys.p256dh must be an uncompressed point"
    if len(auth) != _AUTH_CHARACTERS or not all(character in _BASE64URL for character in auth):
        return "keys.auth must be 16 bytes in base64url without padding"
    return None


def is_loopback(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")


def is_public_name(host: str) -> bool:
    """Whether this is a name with a domain; an address in numbers may be a machine behind somebody's firewall."""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or not all(character in _HOST_CHARACTERS for character in host):
        return False
    return not labels[-1].isdigit() and labels[-1] not in ("local", "internal")
