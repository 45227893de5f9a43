"""What the operator's pages show: all canisters, one canister, and who is not signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from replica.http.operator.html import facts, message, page, text

Details = dict[str, Any]

_TRILLION: Final = 10**12


# -- All canisters ---------------------------------------------------------------------------------------------------


def list_page(status: Details, canisters: Details, search: str) -> str:
    body = f"<h1>Canisters</h1>{_figures(status)}{_search_form(search)}"
    body += _table(canisters["canisters"]) if canisters["canisters"] else _nothing(search)
    return page("Canisters", body + _pages(canisters["next"], search))


def _figures(status: Details) -> str:
    queues = status["queues"]
    return facts(
        [
            ("Canisters", f"{status['canisters']:,}"),
            ("Rounds", f"{status['rounds']:,}"),
            ("Running for", duration(status["uptime_seconds"])),
            ("Memory of the replica", size(status["resident_bytes"])),
            ("State on disk", size(status["state_bytes"])),
            ("Cycles of all canisters", cycles(status["cycles"])),
            ("Waiting", f"{queues['arrivals'] + queues['messages']:,} messages, {queues['open_calls']:,} calls"),
            ("Time", moment(status["clock_ns"])),
        ]
    )


def _search_form(search: str) -> str:
    return (
        '<form class="search" role="search" action="/_/dashboard"><input type="search" name="search" '
        f'value="{text(search)}" placeholder="Name, id, module or status" aria-label="Search for canisters">'
        "<button>Search</button></form>"
    )


def _table(canisters: list[Details]) -> str:
    head = "<th>Canister</th><th>Name</th><th>Status</th><th>Module</th>"
    head += '<th class="number">Memory</th><th class="number">Cycles</th>'
    rows = "".join(map(_row, canisters))
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(canister: Details) -> str:
    return (
        f'<tr><td><a class="id" href="/_/dashboard/{text(canister["id"])}">{text(canister["id"])}</a></td>'
        f"<td>{_name(canister)}</td>"
        f"<td>{_status(canister)}</td>"
        f'<td class="wide-only">{_short_hash(canister["module_hash"])}</td>'
        f'<td class="number" data-unit="memory">{size(canister["memory_bytes"])}</td>'
        f'<td class="number" data-unit="cycles">{cycles(canister["cycles"])}</td></tr>'
    )


def _nothing(search: str) -> str:
    if search:
        return (
            f'<p class="card">No canister matches “{text(search)}”. Searched are names, ids, module hashes, status.</p>'
        )
    return (
        '<p class="card">There is no canister yet. <code>python -m parley deploy</code> makes those of Parley, '
        "<code>python -m parley canister create</code> an empty one.</p>"
    )


def _pages(after: str | None, search: str) -> str:
    query = f"search={quote(search)}&amp;" if search else ""
    first = f'<a href="/_/dashboard{"?search=" + quote(search) if search else ""}">First page</a>'
    return f'<nav class="pages">{first}<a href="/_/dashboard?{query}after={after}">Next page</a></nav>' if after else ""


# -- One canister ----------------------------------------------------------------------------------------------------


def canister_page(canister: Details, candid: str, logs: list[Details]) -> str:
    title = canister["name"] or canister["id"]
    body = f'<a href="/_/dashboard">← All canisters</a><h1>{text(title)}</h1>{_about(canister)}<h2>Interface</h2>'
    body += f"<pre>{text(candid)}</pre>" if candid else '<p class="card quiet">It has no code.</p>'
    return page(title, f"{body}<h2>Log</h2>{_log(logs)}")


def _about(canister: Details) -> str:
    controllers = "<br>".join(f'<span class="id">{text(each)}</span>' for each in canister["controllers"])
    return facts(
        [
            ("Status", _status(canister)),
            ("Cycles", cycles(canister["cycles"])),
            ("Memory", size(canister["memory_bytes"])),
            ("Entries in stable maps", f"{canister['map_entries']:,}"),
            ("Version", f"{canister['version']:,}"),
            ("Installed", moment(canister["installed_at_ns"])),
        ],
        wide=[
            ("Canister id", f'<span class="id">{text(canister["id"])}</span>'),
            ("Module", f"<code>{text(canister['module_hash'])}</code>" if canister["module_hash"] else "none"),
            ("Controllers", controllers or "nobody"),
            ("Log is visible to", _readers(canister["log_visibility"])),
        ],
    )


def _readers(visibility: str | list[str]) -> str:
    """In words; the operator sees it in any case."""
    if isinstance(visibility, str):
        return {"controllers": "its controllers", "public": "everybody"}.get(visibility, text(visibility))
    return "its controllers and " + ", ".join(f'<span class="id">{text(each)}</span>' for each in visibility)


def _log(records: list[Details]) -> str:
    if not records:
        return '<p class="card quiet">It has printed nothing, or nothing that is still kept.</p>'
    lines = (f"<li><time>{moment(each['time_ns'])}</time><span>{text(each['text'])}</span></li>" for each in records)
    return f'<ol class="log card">{"".join(lines)}</ol>'


# -- Signing in ------------------------------------------------------------------------------------------------------


def signed_in_page() -> str:
    # Not a redirect: a browser that was led here by another program sends the cookie only once it is here.
    head = '<meta http-equiv="refresh" content="0; url=/_/dashboard">\n'
    return message("Signed in", '<p><a href="/_/dashboard">To the dashboard</a></p>', head=head)


def signed_out_page() -> str:
    body = (
        "<p>This page shows what canisters keep to themselves, so it is for the operator of this replica: whoever can "
        "read its data directory.</p><p>Run <code>python -m parley dashboard</code> and open the link that it prints. "
        "The link works once, for a minute.</p>"
    )
    return message("You are not signed in", body)


def bad_link_page() -> str:
    body = (
        "<p>It is unknown, older than a minute, or was used before. If somebody else used it, they are signed out "
        "now.</p><p>Run <code>python -m parley dashboard</code> for a new one.</p>"
    )
    return message("This link does not work", body)


def error_page(description: str) -> str:
    return message("That did not work", f'<p>{text(description)}</p><p><a href="/_/dashboard">All canisters</a></p>')


# -- Words -----------------------------------------------------------------------------------------------------------


def _name(canister: Details) -> str:
    return text(canister["name"]) or '<span class="quiet">empty</span>'


def _status(canister: Details) -> str:
    return f'<span class="{text(canister["status"])}">{text(canister["status"])}</span>'


def _short_hash(module_hash: str | None) -> str:
    return f"<code>{text(module_hash[:10])}</code>" if module_hash else '<span class="quiet">none</span>'


def cycles(amount: int) -> str:
    return f"{amount / _TRILLION:,.3f} T"


def size(count_bytes: int) -> str:
    amount = float(count_bytes)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} GiB"


def duration(seconds: int) -> str:
    """To the second below a minute, to the minute below a day."""
    passed = timedelta(seconds=seconds)
    minutes = passed.seconds // 60
    if passed.days:
        return f"{passed.days} d {minutes // 60} h"
    if minutes:
        return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    return f"{passed.seconds} s"


def moment(time_ns: int) -> str:
    if not time_ns:
        return "never"
    return (
        datetime.fromtimestamp(time_ns / 1e9, UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        + " UTC"
    )
