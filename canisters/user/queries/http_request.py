"""Serves the ownership dashboard, certified, at this canister's own origin."""

from kybra import ic, query

from canisters.lib.certified_http.api import HttpRequest, HttpResponse
from canisters.lib.certified_http.assets import respond
from canisters.user.dashboard import SITE


@query
def http_request(request: HttpRequest) -> HttpResponse:
    return respond(SITE, request, ic.data_certificate())
