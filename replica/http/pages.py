"""What a person sees of the replica itself: its front page, and why a page cannot be shown."""

from __future__ import annotations

import re
from html import escape
from http import HTTPStatus
from typing import Final

_HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
:root {
  color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif;
  color: light-dark(#1d2129, #e7e9ee); background: light-dark(#f7f7f5, #16181d);
}
body { max-width: 40rem; margin: 12vh auto 4rem; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
p { margin: .75rem 0; overflow-wrap: anywhere; }
code { background: color-mix(in srgb, currentColor 10%, transparent); padding: .1em .35em; border-radius: .3em; }
dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
.card { background: light-dark(#fff, #1e2128); border: 1px solid light-dark(#e1e2e6, #333844); border-radius: .75rem;
  padding: 1.25rem 1.5rem; }
.quiet { color: light-dark(#5d6470, #9aa2b1); font-size: .9rem; }
</style>
</head>
<body>
"""

_ERROR: Final = """<main class="card">
<h1>{title}</h1>
<p>{text}</p>
{hint}
<p class="quiet">{status}, from the replica on this address and not from a canister.</p>
</main>
</body>
</html>
"""

_WELCOME: Final = """<h1>The replica is running</h1>
<p>This is an embedded Internet Computer. Canisters have addresses of their own:
<code>http://&lt;canister id&gt;.localhost:{port}/</code></p>
<dl>
<dt>For agents</dt><dd><code>http://{host}/api/v2/status</code></dd>
<dt>Subnet</dt><dd><code>{subnet_id}</code></dd>
<dt>Web client</dt><dd>not deployed yet; <code>python -m parley up</code> does that</dd>
</dl>
</body>
</html>
"""


def welcome_page(*, host: str, subnet_id: str) -> str:
    port = host.rpartition(":")[2]
    fields = {"host": host, "port": port if port.isdigit() else "80", "subnet_id": subnet_id}
    return _filled(_HEAD + _WELCOME, {"title": "Parley replica"} | fields)


def error_page(status: int, text: str, hint: str) -> str:
    """`text` says what is wrong, `hint` what to do about it, if anything."""
    fields = {"title": "This page cannot be shown", "text": text, "status": _status_line(status)}
    hint_html = f"<p>{_with_code(hint)}</p>" if hint else ""
    return _filled(_HEAD + _ERROR.replace("{hint}", hint_html), fields)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _with_code(hint: str) -> str:
    """Between back quotes are things to type."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(hint))


def _filled(page: str, fields: dict[str, str]) -> str:
    """Each `{name}` becomes a value, once: what a value holds is text, also if it looks like a name."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: escape(fields[match[1]]) if match[1] in fields else match[0], page)
