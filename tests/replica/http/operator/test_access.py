"""Who gets to see what only the operator may see."""

from dataclasses import replace

import pytest

from replica.http.operator.access import LINK_SECONDS_MAX, SESSION_SECONDS_MAX
from tests.replica.http.operator.conftest import OWN_ORIGIN, TOKEN, Browser, cookie_of
from tests.replica.http.web import Web

READS = ["/_/status", "/_/canisters", "/_/dashboard"]
FOREIGN = [
    "http://evil.example",
    "http://localhost:3000",
    "null",
    "http://aaaaa-aa.localhost:8080",
    "https://localhost:8080",
]


def test_health_is_open_to_everybody(web):
    response = web.get("/_/health", headers={"origin": "http://evil.example"})

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", READS)
def test_the_token_opens_everything_and_nothing_else_does(operator, web, path):
    assert operator.get(path).status_code == 200
    assert web.get(path).status_code == 401
    for wrong in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"):
        assert web.get(path, headers={"authorization": wrong}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/_/canisters/{}", "/_/canisters/{}/logs", "/_/canisters/{}/candid", "/_/dashboard/{}"]
)
def test_private_logs_are_not_for_whoever_opens_the_page(operator, web, diary, path):
    path = path.format(diary)

    refused = web.get(path)

    assert operator.get(path).status_code == 200
    assert refused.status_code == 401
    assert "diary" not in refused.text


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_other_origins_are_refused_even_with_the_token(operator, origin):
    assert operator.get("/_/status", origin=OWN_ORIGIN).status_code == 200
    assert operator.get("/_/status", origin=origin).status_code == 403
    assert operator.post("/_/links", origin=origin).status_code == 403
    assert operator.post("/_/time/advance", b'{"seconds": 1}', origin=origin).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "aaaaa-aa.localhost:8080"]
)
def test_a_foreign_name_that_leads_here_is_refused(operator, host):
    assert operator.get("/_/status", host="localhost:8080").status_code == 200
    assert operator.get("/_/status", host="127.0.0.1:8080").status_code == 200
    assert operator.get("/_/status", host="[::1]:8080").status_code == 200

    response = operator.get("/_/status", host=host)

    assert response.status_code == 403
    assert "rounds" not in response.text


def test_answers_are_kept_from_other_origins_and_from_caches_and_frames(operator, web):
    for response in (operator.get("/_/status"), operator.get("/_/dashboard"), web.get("/_/dashboard")):
        assert "access-control-allow-origin" not in response.headers
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_a_preflight_is_not_answered_with_permission(web):
    preflight = {"origin": "http://evil.example", "access-control-request-method": "POST"}

    response = web.request("OPTIONS", "/_/time/advance", headers=preflight)

    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


# -- Links and sessions ----------------------------------------------------------------------------------------------


def test_a_link_signs_a_browser_in(browser):
    assert browser.get("/_/dashboard").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(web, link):
    attributes = {part.strip() for part in web.get(link).headers["set-cookie"].split(";")[1:]}

    assert {"HttpOnly", "SameSite=Strict", "Path=/_/"} <= attributes
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_a_link_is_made_for_bearers_of_the_token_only(web, browser):
    assert web.post("/_/links").status_code == 401
    assert browser.request("POST", "/_/links", origin=OWN_ORIGIN).status_code == 401


def test_a_link_that_is_used_again_ends_the_session_that_it_opened(web, link):
    thief = Browser(web, cookie_of(web.get(link)))
    assert thief.get("/_/dashboard").status_code == 200

    again = web.get(link)

    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert thief.get("/_/dashboard").status_code == 401


def test_a_link_is_good_for_a_minute(web, link, stopwatch):
    stopwatch.now += LINK_SECONDS_MAX

    assert web.get(link).status_code == 401


def test_a_session_ends_after_its_time(browser, stopwatch):
    stopwatch.now += SESSION_SECONDS_MAX - 1
    assert browser.get("/_/dashboard").status_code == 200

    stopwatch.now += 1

    assert browser.get("/_/dashboard").status_code == 401


def test_signing_out_ends_the_session(browser):
    response = browser.request("POST", "/_/sign-out", origin=OWN_ORIGIN)

    assert response.status_code == 200
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert browser.get("/_/dashboard").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_cannot_use_the_operators_browser(browser, site):
    """Port 3000 of this machine is `same-site`, so its requests carry the cookie."""
    assert browser.get("/_/canisters").status_code == 200
    assert browser.get("/_/canisters", sec_fetch_site=site, sec_fetch_mode="no-cors").status_code == 403
    followed = {"sec_fetch_site": site, "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert browser.get("/_/canisters", **followed).status_code == 200
    sign_out = browser.request("POST", "/_/sign-out", sec_fetch_site=site, sec_fetch_mode="navigate", origin=OWN_ORIGIN)
    assert sign_out.status_code == 403


def test_a_browser_that_does_not_say_where_a_change_comes_from_is_refused(browser):
    assert browser.request("POST", "/_/sign-out").status_code == 403


def test_time_is_not_moved_by_a_browser(browser, replica):
    before = replica.clock.now_ns()

    response = browser.request("POST", "/_/time/advance", origin=OWN_ORIGIN)

    assert response.status_code == 401
    assert replica.clock.now_ns() == before


@pytest.mark.parametrize("cookie", ["replica_operator_8080=", "replica_operator_8080=guess", "a=b; =;", "\x7f"])
def test_a_made_up_session_is_none(web, browser, cookie):
    assert Browser(web, cookie).get("/_/dashboard").status_code == 401


def test_sessions_of_two_replicas_on_one_machine_have_two_names(web, operator, link):
    other = web.get(operator.post("/_/links").json()["path"], headers={"host": "localhost:9090"})

    assert cookie_of(web.get(link)).startswith("replica_operator_8080=")
    assert cookie_of(other).startswith("replica_operator_9090=")


def test_who_is_not_signed_in_is_told_how_to(web):
    response = web.get("/_/dashboard", headers={"accept": "text/html"})

    assert response.status_code == 401
    assert "parley dashboard" in response.text


def test_without_an_operator_there_is_nothing_but_health(replica):
    web = Web(replica)
    assert web.get("/_/health").status_code == 200
    assert web.get("/_/status", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 404
    web.close()


@pytest.mark.parametrize("other", ["a/b=1", "user@x=1", 'q="', "replica_operator_8080=of-another-program", "; ;"])
def test_cookies_of_other_programs_do_not_sign_the_operator_out(web, browser, other):
    for cookie in (f"{browser.cookie}; {other}", f"{other}; {browser.cookie}"):
        assert replace(browser, cookie=cookie).get("/_/dashboard").status_code == 200
