"""What a person sees at the replica's own address, when no canister is asked for."""

from __future__ import annotations

from html import escape
from typing import Final

_WELCOME: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley replica</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; }
code { background: color-mix(in srgb, currentColor 10%, transparent); padding: .1em .35em; border-radius: .3em; }
dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>The replica is running</h1>
<p>This is an Internet Computer in one process. Canisters have addresses of their own:
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
    # The page is full of braces, so no formatting: three words are replaced.
    page = _WELCOME
    for name, value in fields.items():
        page = page.replace("{" + name + "}", escape(value))
    return page
