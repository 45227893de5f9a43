"""The ownership dashboard: four files, embedded when the bundle is made, and the certified answers made from them."""

from canisters.lib.certified_http.assets import SiteFile, build_site
from canisters.user.dashboard_assets import FILES

# The page runs only its own script and style, and talks to this replica or to the public boundary nodes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; connect-src 'self' https://icp-api.io https://*.icp0.io "
    "http://localhost:* http://*.localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*"
)
SECURITY_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    # Plain `same-origin` would cut the page off from the window in which Internet Identity signs in.
    ("cross-origin-opener-policy", "same-origin-allow-popups"),
    ("cross-origin-resource-policy", "same-origin"),
)

SITE = build_site(
    [
        SiteFile(
            paths=["/canister-dashboard", "/canister-dashboard/"],
            content_type="text/html; charset=utf-8",
            body=FILES["index.html"],
            headers=(("content-security-policy", CONTENT_SECURITY_POLICY), *SECURITY_HEADERS),
        ),
        SiteFile(
            paths=["/canister-dashboard/index.js"],
            content_type="application/javascript",
            body=FILES["index.js"],
            headers=SECURITY_HEADERS,
        ),
        SiteFile(
            paths=["/canister-dashboard/style.css"],
            content_type="text/css",
            body=FILES["style.css"],
            headers=SECURITY_HEADERS,
        ),
        SiteFile(
            paths=["/canister-dashboard/icon.svg"],
            content_type="image/svg+xml",
            body=FILES["icon.svg"],
            headers=SECURITY_HEADERS,
        ),
    ],
    not_found_headers=SECURITY_HEADERS,
)
