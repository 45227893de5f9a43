"""How the operator's pages look: one frame for all of them, without scripts and without anything from elsewhere.

Everything that comes from outside goes through `text`, which is the only place that escapes. A canister's name, its
interface and its log are such things.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from html import escape
from typing import Final

_STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: light-dark(#f7f7f5, #16181d); --card: light-dark(#fff, #1e2128); --ink: light-dark(#1d2129, #e7e9ee);
  --quiet: light-dark(#5d6470, #9aa2b1); --line: light-dark(#e1e2e6, #333844); --link: light-dark(#1f56c3, #8fb4ff);
  --good: light-dark(#17753a, #6fd08c); --bad: light-dark(#b3261e, #ff9d94); --code: light-dark(#f1f2f4, #14161a);
  font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1rem 4rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, input:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .25rem 0 1rem; }
header a { color: inherit; font-weight: 650; text-decoration: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
p { margin: .5rem 0; }
code, pre, .id, time { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
code { background: var(--code); padding: .1em .35em; border-radius: .3em; overflow-wrap: anywhere; }
button, input { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: .5rem; }
button { background: var(--card); padding: .4rem .9rem; cursor: pointer; }
input { background: var(--card); padding: .45rem .75rem; min-width: 0; flex: 1; }
form.search { display: flex; gap: .5rem; margin: 1.5rem 0 .75rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(14rem, 42%), 1fr)); gap: .9rem 1.25rem;
  margin: 0; }
.facts dt { color: var(--quiet); font-size: .85rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts .wide { grid-column: 1 / -1; }
table { width: 100%; border-collapse: collapse; background: var(--card); font-variant-numeric: tabular-nums; }
.table { border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
th { text-align: left; font-weight: 500; font-size: .85rem; color: var(--quiet); white-space: nowrap; }
th, td { padding: .5rem .9rem; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
.id { white-space: nowrap; }
.quiet { color: var(--quiet); }
.running { color: var(--good); } .stopping, .stopped { color: var(--bad); }
nav.pages { display: flex; justify-content: space-between; margin: .9rem 0; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .75rem; margin: 0; padding: 1rem;
  overflow-x: auto; line-height: 1.45; tab-size: 2; }
ol.log { list-style: none; margin: 0; padding: .5rem 0; }
ol.log li { display: grid; grid-template-columns: 14.5rem 1fr; gap: 0 1rem; padding: .2rem 1rem; }
ol.log time { color: var(--quiet); white-space: nowrap; }
ol.log span { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.message { max-width: 36rem; margin: 12vh auto 0; }
.message h1 { font-size: 1.35rem; }
@media (max-width: 46rem) {
  table, tbody { display: block; }
  thead, td.wide-only { display: none; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .7rem 1rem;
    border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td { border: 0; padding: 0; }
  td:first-child { grid-column: 1 / -1; }
  td[data-unit]::after { content: " " attr(data-unit); color: var(--quiet); }
  td:nth-child(3) { text-align: right; }
  td.number:not(:last-child) { text-align: left; }
  .id { white-space: normal; overflow-wrap: anywhere; }
  ol.log li { grid-template-columns: 1fr; padding: .4rem 1rem; }
}
"""
_STYLE_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# A disc in the browser's tab; without one, browsers ask for a file.
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%234f7df0'/%3E%3C/svg%3E"
)


def text(value: object) -> str:
    """`value` as text that stays text."""
    return escape(str(value))


def page(title: str, body: str, *, is_signed_in: bool = True, head: str = "") -> str:
    """A whole page; `body` and `head` are HTML."""
    sign_out = '<form method="post" action="/_/sign-out"><button>Sign out</button></form>' if is_signed_in else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<link rel="icon" href="{_ICON}">
{head}<style>{_STYLE}</style>
</head>
<body>
<header><a href="/_/dashboard">Replica</a>{sign_out}</header>
<main>
{body}
</main>
</body>
</html>
"""


def message(title: str, body: str, *, head: str = "") -> str:
    """A page that only says something; `body` is HTML."""
    content = f'<div class="message card"><h1>{text(title)}</h1>{body}</div>'
    return page(title, content, is_signed_in=False, head=head)


def facts(items: list[tuple[str, str]], *, wide: list[tuple[str, str]] | None = None) -> str:
    """Names with values, which are HTML; `wide` ones have a line of their own."""
    cells = [f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>" for name, value in items]
    cells += [f'<div class="wide"><dt>{text(name)}</dt><dd>{value}</dd></div>' for name, value in wide or []]
    return f'<dl class="facts card">{"".join(cells)}</dl>'
