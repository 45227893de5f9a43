"""Pages that come in parts: streams with tokens, and ranges of bytes."""

import base64
from dataclasses import dataclass
from hashlib import sha256

import cbor2
import pytest

from replica.candid.codec import decode, encode
from replica.candid.types import BLOB, Field, Func, Opt, Prim, Variant, field_id
from replica.certification.label_tree import LabelTree
from replica.http.limits import Limits
from tests.replica.http.certified_pages import HEADERS, REQUEST, RESPONSE, TOKEN, _leb, _pair, record
from tests.replica.http.web import Web

EXPRESSION = (
    "default_certification(ValidationArgs{certification:Certification{no_request_certification:Empty{},"
    'response_certification:ResponseCertification{certified_response_headers:ResponseHeaderList{headers:["content-range","etag"]}}}})'
)
BODY = b"0123456789abcdefghijk"
PART = 8


@dataclass(frozen=True)
class Part:
    start: int
    body: bytes
    size: int = len(BODY)
    etag: str = '"1"'
    status: int = 206

    @property
    def headers(self) -> list[tuple[str, str]]:
        end = self.start + len(self.body) - 1
        return [("Content-Range", f"bytes {self.start}-{end}/{self.size}"), ("ETag", self.etag)]

    @property
    def labels(self) -> tuple[bytes, ...]:
        pairs = [_pair(name.lower(), value.encode()) for name, value in self.headers]
        pairs += [_pair("ic-certificateexpression", EXPRESSION.encode()), _pair(":ic-cert-status", _leb(self.status))]
        response_hash = sha256(sha256(b"".join(sorted(pairs))).digest() + sha256(self.body).digest()).digest()
        return (b"http_expr", b"big", b"<$>", sha256(EXPRESSION.encode()).digest(), b"", response_hash)


class BigSite:
    """Answers with the part that begins where the range says, as asset canisters do with what is large."""

    def __init__(self) -> None:
        self.parts = [Part(start, BODY[start : start + PART]) for start in range(0, len(BODY), PART)]
        self.change: dict[int, dict[str, object]] = {}
        self.ranges: list[str | None] = []

    def tree(self) -> LabelTree:
        tree = LabelTree()
        for part in self.parts:
            tree.set(part.labels, b"")
        return tree

    def certify(self, ic, arg) -> None:
        ic.set_certified_data(self.tree().root_hash())

    def http_request(self, ic, arg) -> None:
        (request,) = decode([REQUEST], arg)
        wanted = dict(request["headers"]).get("range")
        self.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        part = next(each for each in self.parts if each.start == start)
        proof = {
            "certificate": ic.data_certificate(),
            "tree": self.tree().witness_cbor([part.labels]),
            "expr_path": cbor2.dumps(["http_expr", "big", "<$>"]),
        }
        header = ", ".join(f"{name}=:{base64.b64encode(data).decode()}:" for name, data in proof.items())
        headers = [*part.headers, ("IC-CertificateExpression", EXPRESSION), ("IC-Certificate", f"{header}, version=2")]
        answer = {"status_code": part.status, "headers": headers, "body": part.body, "upgrade": None}
        answer |= {"streaming_strategy": None, **self.change.get(start, {})}
        ic.reply(encode([RESPONSE], [answer]))


@pytest.fixture
def site():
    return BigSite()


@pytest.fixture
def get(web, replica, engine, site):
    def get_page(*, method: str = "GET", web: Web = web, **headers: str) -> object:
        module = engine.define("big", queries={"http_request": site.http_request}, init=site.certify)
        canister = replica.canister(module)
        return web.request(method, "/big", headers={"host": f"{canister}.localhost", **headers})

    return get_page


def test_ranges_are_put_together_for_a_browser_that_asked_for_the_whole(get, site):
    response = get()

    assert (response.status_code, response.content) == (200, BODY)
    assert response.headers["content-length"] == str(len(BODY))
    assert response.headers["etag"] == '"1"'
    assert "content-range" not in response.headers
    assert site.ranges == [None, "bytes=8-", "bytes=16-"]


def test_a_browser_that_asks_for_a_range_gets_it_as_it_is(get, site):
    response = get(range="bytes=8-")

    assert (response.status_code, response.content) == (206, BODY[8:16])
    assert response.headers["content-range"] == "bytes 8-15/21"
    assert site.ranges == ["bytes=8-"]


def test_head_is_answered_with_what_the_canister_says(get, site):
    response = get(method="HEAD")

    assert response.status_code == 206
    assert site.ranges == [None]


@pytest.mark.parametrize("start", [0, 8, 16])
@pytest.mark.parametrize("change", [{"body": b"forgeries"[:PART]}, {"headers": []}, {"status_code": 200}], ids=str)
def test_each_range_is_verified(get, site, start, change):
    site.change = {start: change}

    assert get().status_code == 503


@pytest.mark.parametrize(
    "parts",
    [
        [Part(0, b"01234567"), Part(8, b"89abcdef", size=22), Part(16, b"ghijk")],
        [Part(0, b"01234567"), Part(8, b"89abcdef", etag='"2"'), Part(16, b"ghijk")],
        [Part(0, b"01234567"), Part(8, b"89abcdef", status=200), Part(16, b"ghijk")],
        [Part(0, b"01234567", size=8 * 10**8)],
        [Part(0, b"", size=5)],
        [Part(0, b"01234567", size=3)],
    ],
    ids=["another size", "another version", "another status", "too large", "empty", "beyond the end"],
)
def test_ranges_that_do_not_fit_together_are_refused(get, site, parts):
    site.parts = parts

    response = get()

    assert response.status_code == 503
    assert "The page of canister" in response.text


def test_a_page_has_so_many_parts_and_no_more(replica, get, site):
    site.parts = [Part(start, BODY[start : start + 1]) for start in range(len(BODY))]
    web = Web(replica, limits=Limits(page_parts_max=len(BODY) - 1))
    strict = Web(replica, limits=Limits(page_parts_max=len(BODY) - 2))

    assert get(web=web).content == BODY
    assert "does not end" in get(web=strict).text
    web.close()
    strict.close()


# -- Streams ---------------------------------------------------------------------------------------------------------

SPEC_CHUNK = record(body=BLOB, token=Opt(TOKEN))
SPEC_STRATEGY = Variant(
    (
        Field(
            field_id("Callback"),
            "Callback",
            record(callback=Func((TOKEN,), (SPEC_CHUNK,), ("query",)), token=TOKEN),
        ),
    )
)
SPEC_RESPONSE = record(
    status_code=Prim("nat16"),
    headers=HEADERS,
    body=BLOB,
    upgrade=Opt(Prim("bool")),
    streaming_strategy=Opt(SPEC_STRATEGY),
)


def streaming(engine, replica, chunks: list[bytes], *, endless: bool = False) -> object:
    """A canister that streams as in the specification: the callback's answer is the record itself."""

    def http_request(ic, arg) -> None:
        token = {"key": "k", "index": 1}
        strategy = {"Callback": {"callback": (ic.canister_id, "more"), "token": token}}
        answer = {"status_code": 200, "headers": [], "body": chunks[0], "upgrade": None, "streaming_strategy": strategy}
        ic.reply(encode([SPEC_RESPONSE], [answer]))

    def more(ic, arg) -> None:
        (token,) = decode([TOKEN], arg)
        index = token["index"]
        has_more = endless or index + 1 < len(chunks)
        following = {"key": "k", "index": index + 1} if has_more else None
        ic.reply(encode([SPEC_CHUNK], [{"body": chunks[min(index, len(chunks) - 1)], "token": following}]))

    return replica.canister(engine.define("streaming", queries={"http_request": http_request, "more": more}))


def test_a_stream_in_the_words_of_the_specification_is_followed(engine, replica, web):
    canister = streaming(engine, replica, [b"one ", b"two ", b"three"])

    assert web.get("/", headers={"host": f"{canister}.raw.localhost"}).text == "one two three"


def test_a_stream_without_end_is_refused(engine, replica):
    canister = streaming(engine, replica, [b"one ", b"two "], endless=True)
    web = Web(replica, limits=Limits(page_parts_max=20))

    response = web.get("/", headers={"host": f"{canister}.raw.localhost"})

    assert (response.status_code, "does not end" in response.text) == (503, True)
    web.close()


def test_a_stream_of_too_much_is_refused(engine, replica):
    canister = streaming(engine, replica, [bytes(10)] * 11)
    web, strict = Web(replica, limits=Limits(page_bytes_max=110)), Web(replica, limits=Limits(page_bytes_max=109))

    assert web.get("/", headers={"host": f"{canister}.raw.localhost"}).content == bytes(110)
    assert "more than 109 bytes" in strict.get("/", headers={"host": f"{canister}.raw.localhost"}).text
    web.close()
    strict.close()
