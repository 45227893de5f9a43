"""The headers each file is sent with, besides those that follow from its content."""

SECONDS_PER_YEAR = 31_536_000
_ASSETS_FOLDER = "/assets/"

Header = tuple[str, str]

# Styles may be inline: components set style attributes. Scripts may not, and come from here only.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "connect-src 'self' http://localhost:* http://*.localhost:* http://127.0.0.1:* "
        "https://icp-api.io https://*.icp0.io",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

SECURITY_HEADERS: list[Header] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    # Not plain same-origin: the sign-in window of Internet Identity must be able to answer its opener.
    ("cross-origin-opener-policy", "same-origin-allow-popups"),
    ("permissions-policy", "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
]

# These follow from the content and its proof.
_RESERVED_NAMES = [
    "content-encoding",
    "content-length",
    "content-type",
    "etag",
    "ic-certificate",
    "ic-certificateexpression",
    "set-cookie",
    "transfer-encoding",
    "vary",
]
_TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~"  # noqa: S105  # RFC 9110, "token": what names of headers are made of


def asset_headers(key: str, max_age_seconds: int | None, own: list[Header]) -> list[Header]:
    """Caching, then the file's own headers, then those for security that it does not set itself."""
    headers = [("cache-control", _cache_control(key, max_age_seconds)), *SECURITY_HEADERS]
    own_names = [name.lower() for name, _ in own]
    return [*[(name.lower(), value) for name, value in own], *[pair for pair in headers if pair[0] not in own_names]]


def header_problem(name: str, value: str) -> str | None:
    """Why a file may not ask for this header, or None."""
    if not name or not all(c.isascii() and (c.isalnum() or c in _TOKEN_PUNCTUATION) for c in name):
        return "is not a name"
    if name.lower() in _RESERVED_NAMES:
        return "is set by the website itself"
    if any(ord(character) < 32 or ord(character) > 126 for character in value):
        return "has a value with characters that headers cannot carry"
    return None


def _cache_control(key: str, max_age_seconds: int | None) -> str:
    if key.startswith(_ASSETS_FOLDER):
        # The build puts a hash of the content into these names, so another content has another name.
        return f"public, max-age={max_age_seconds or SECONDS_PER_YEAR}, immutable"
    if max_age_seconds:
        return f"public, max-age={max_age_seconds}"
    return "no-cache"
