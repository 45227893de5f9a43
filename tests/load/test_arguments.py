"""Templates give the bytes that encoding would have given."""

import pytest
from ic.candid import decode

from load.arguments import TEXT_BYTES, MessageTemplate
from load.wire import Fields
from replica.principal import Principal

BOB = Principal.from_counter(7)


def message_id_and_text(encoded: bytes) -> tuple[int, str]:
    record = Fields(decode(encoded)[0]["value"])
    (content,) = record["content"].values()
    return record["message_id"], Fields(content)["text"]


@pytest.mark.parametrize("template", [MessageTemplate.direct(BOB, "alice"), MessageTemplate.group("alice")])
def test_a_filled_template_decodes_to_what_was_filled_in(template):
    message_id, text = message_id_and_text(template.fill(2**63 - 1, "meet at nine"))

    assert message_id == 2**63 - 1
    assert text == "meet at nine".ljust(TEXT_BYTES)


def test_a_long_text_is_cut_between_characters():
    _, text = message_id_and_text(MessageTemplate.direct(BOB, "alice").fill(1, "ü" * TEXT_BYTES + "x"))

    assert text == "ü" * (TEXT_BYTES // 2)


def test_templates_of_different_people_are_different():
    assert MessageTemplate.direct(BOB, "alice").fill(1, "") != MessageTemplate.direct(BOB, "carol").fill(1, "")
