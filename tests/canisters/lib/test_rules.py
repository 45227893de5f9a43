"""Content, group names, versions and Candid text: rules without state."""

import pytest

from canisters.lib import candid_text, version
from canisters.lib.chat import content, group_rules


def text(value):
    return {"Text": {"text": value}}


def test_a_text_of_up_to_5000_bytes_is_fine():
    assert content.refusal(text("hi")) is None
    assert content.refusal(text("ü" * 2_500)) is None


def test_a_longer_text_is_told_its_length_in_bytes():
    expected = {"TextTooLong": {"length_provided": 5_002, "max_length": 5_000}}

    assert content.refusal(text("ü" * 2_501)) == expected


@pytest.mark.parametrize("value", ["", " ", "\n\t "])
def test_a_text_that_shows_nothing_is_empty(value):
    assert content.refusal(text(value)) == {"MessageEmpty": None}


@pytest.mark.parametrize(
    "value",
    [None, {}, {"Text": None}, {"Text": {}}, {"Text": {"text": b"x"}}, {"Image": {}}, text(""), text("x" * 5_001)],
)
def test_content_from_elsewhere_must_be_content_that_could_have_been_sent(value):
    assert content.read(value) is None


def test_unknown_keys_beside_known_content_are_left_out():
    assert content.read({"Text": {"text": "hi", "language": "en"}, "Image": {}}) == text("hi")


def test_a_preview_is_cut():
    assert content.preview(text("x" * 300)) == "x" * 200


@pytest.mark.parametrize(
    ("name", "description", "is_public", "expected"),
    [
        ("hike", "", True, None),
        ("hik", "", True, {"NameTooShort": {"length_provided": 3, "min_length": 4}}),
        ("ä" * 13, "", True, {"NameTooLong": {"length_provided": 26, "max_length": 25}}),
        ("My Proposals", "", True, {"NameReserved": None}),
        ("My Proposals", "", False, None),
        ("hiking", "x" * 1_024, True, None),
        ("hiking", "x" * 1_025, True, {"DescriptionTooLong": {"length_provided": 1_025, "max_length": 1_024}}),
    ],
)
def test_group_names_and_descriptions(name, description, is_public, expected):
    assert group_rules.refusal(name=name, description=description, is_public=is_public) == expected


def test_versions_compare_by_number():
    assert version.parse("0.10.0") > version.parse("0.9.9")
    assert version.parse(version.VERSION) is not None


@pytest.mark.parametrize("value", ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.-2.3", "1.2.3 ", "1.2.٣", "1.2." + "9" * 400])
def test_other_texts_are_no_version(value):
    assert version.parse(value) is None


def test_candid_text_escapes_what_a_person_chose():
    assert candid_text.quote('say "hi"\\\n') == '"say \\"hi\\"\\\\\\u{a}"'
    assert candid_text.record(a=candid_text.flag(True), b=candid_text.principal("aaaaa-aa")) == (
        '(record { a = true; b = principal "aaaaa-aa" })'
    )
