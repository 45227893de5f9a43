"""The operator's pages: what they show, and that nothing on them comes alive."""

import re

import pytest

from replica.http.operator import dashboard
from tests.fixtures.scripted_engine import ScriptedEngine


def test_the_list_leads_to_each_canister(browser, diary):
    page = browser.get("/_/dashboard").text

    assert f'href="/_/dashboard/{diary}"' in page
    assert "diary" in page


def test_a_canister_shows_its_interface_and_its_log(browser, diary):
    page = browser.get(f"/_/dashboard/{diary}").text

    assert "service : {" in page
    assert "second page" in page


def test_what_canisters_say_stays_text(browser, diary):
    page = browser.get(f"/_/dashboard/{diary}").text

    assert "dear &lt;diary&gt;" in page
    assert "<diary>" not in page


def test_what_somebody_searches_for_stays_text(browser):
    page = browser.get("/_/dashboard?search=%22%3E%3Cscript%3E").text

    assert "&quot;&gt;&lt;script&gt;" in page
    assert "<script" not in page


def test_a_replica_without_canisters_says_what_makes_one(browser):
    assert "parley deploy" in browser.get("/_/dashboard").text


def test_long_lists_have_pages(browser, replica, monkeypatch):
    monkeypatch.setattr("replica.http.operator.endpoints.PAGE_CANISTERS", 2)
    for _ in range(3):
        replica.create_canister()

    first = browser.get("/_/dashboard?search=running").text
    (following,) = re.findall(r'href="(/_/dashboard\?[^"]*after=[^"]*)"', first)
    second = browser.get(following.replace("&amp;", "&")).text

    assert first.count("<tr><td>") == 2
    assert second.count("<tr><td>") == 1
    assert "Next page" not in second


def test_a_canister_that_does_not_exist_is_said_so_on_a_page(browser):
    response = browser.get("/_/dashboard/rwlgt-iiaaa-aaaaa-aaaaa-cai")

    assert response.status_code == 404
    assert "There is no canister" in response.text
    assert response.headers["content-type"].startswith("text/html")


def test_the_replicas_own_address_leads_to_the_dashboard(browser):
    response = browser.get("/_/")

    assert response.status_code == 303
    assert response.headers["location"] == "/_/dashboard"


def test_pages_load_nothing_from_anywhere(browser, diary):
    for path in ("/_/dashboard", f"/_/dashboard/{diary}"):
        page = browser.get(path).text
        assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
        assert "<script" not in page


def test_the_styles_are_the_ones_that_the_policy_allows(browser):
    import base64
    from hashlib import sha256

    response = browser.get("/_/dashboard")

    style = re.search(r"<style>(.*?)</style>", response.text, re.DOTALL).group(1)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in response.headers["content-security-policy"]
    assert "style=" not in response.text


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (dashboard.size(0), "0 B"),
        (dashboard.size(1_536), "1.5 KiB"),
        (dashboard.size(5 * 2**40), "5,120.0 GiB"),
        (dashboard.duration(59), "59 s"),
        (dashboard.duration(3_599), "59 min"),
        (dashboard.duration(86_399), "23 h 59 min"),
        (dashboard.duration(90_000), "1 d 1 h"),
        (dashboard.cycles(1_234_567_890_000), "1.235 T"),
        (dashboard.moment(0), "never"),
        (dashboard.moment(1_750_000_000_000_000_000), "2025-06-15 15:06:40 UTC"),
    ],
)
def test_numbers_are_said_as_people_say_them(said, value):
    assert said == value


def test_a_name_of_a_module_is_text_too(browser, replica, engine: ScriptedEngine):
    replica.canister(engine.define("<b>bold</b>"))

    assert "<b>bold" not in browser.get("/_/dashboard").text
