"""Messages that ask for more than they bring: refused early, whatever they claim to hold."""

import pytest

from replica.candid.codec import decode, decode_untyped, encode
from replica.candid.decoder import PLANS_MAX, Decoder
from replica.candid.header import FIELDS_MAX
from replica.candid.leb128 import encode_signed, encode_unsigned
from replica.candid.types import BLOB, CandidError, Named, Opt, Prim, Record, Variant, Vec, named_fields, tuple_of

THOUSAND_MILLION = encode_unsigned(1_000_000_000).hex()
MILLION = encode_unsigned(1_000_000).hex()


def message(*parts: str) -> bytes:
    return b"DIDL" + bytes.fromhex("".join(parts))


BOMBS = {
    "vec null": message("016d7f0100", THOUSAND_MILLION),
    "vec reserved": message("016d700100", THOUSAND_MILLION),
    "vec of empty records": message("026d016c000100", THOUSAND_MILLION),
    "vec vec null": message("026d016d7f010005", MILLION * 5),
    "vec of records of nothing": message("046c03017f020103026c0101706c006d000103", THOUSAND_MILLION),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize(
    "expected",
    [
        [],
        [Prim("reserved")],
        [Opt(Prim("nat"))],
        [Vec(Opt(Prim("nat")))],
        [Vec(Vec(Prim("null")))],
        [Vec(Prim("reserved"))],
    ],
)
def test_elements_without_size_are_counted(bomb, expected):
    with pytest.raises(CandidError):
        decode(expected, bomb)


def test_vectors_of_nothing_are_fine_in_moderation():
    assert decode([Vec(Prim("null"))], message("016d7f0100", "904e")) == ([None] * 10_000,)


def test_fields_that_are_missing_everywhere_are_counted():
    wide = Vec(Record(named_fields([(f"field {number}", Opt(Prim("nat"))) for number in range(200)])))
    thin_records = message("026d016c01007b0100", encode_unsigned(5_000).hex(), "01" * 5_000)

    with pytest.raises(CandidError, match="more work"):
        decode([wide], thin_records)


def test_a_value_that_nests_without_end_is_refused():
    definitions = {}
    nested = Named("Nested", definitions)
    definitions["Nested"] = Vec(nested)

    with pytest.raises(CandidError, match="nested too deeply"):
        decode([nested], message("016d000100", "01" * 10_000))
    with pytest.raises(CandidError, match="nested too deeply"):
        decode([], message("016d000100", "01" * 10_000))


def test_a_value_may_nest_as_deeply_as_people_do():
    definitions = {}
    nested = Named("Nested", definitions)
    definitions["Nested"] = Vec(nested)

    decode([nested], message("016d000100", "01" * 150, "00"))


def test_depth_is_counted_anew_for_every_branch():
    definitions = {}
    nested = Named("Nested", definitions)
    definitions["Nested"] = Vec(nested)

    decode([nested], message("016d000100", "08", ("01" * 100 + "00") * 8))


def test_types_that_nest_too_deeply_are_refused():
    table = [b"\x6e" + encode_signed(index + 1) for index in range(200)]
    bomb = b"".join([b"DIDL", encode_unsigned(201), *table, b"\x6e\x7c", b"\x01\x00", b"\x00"])
    expected = Prim("int")
    for _ in range(201):
        expected = Opt(expected)

    with pytest.raises(CandidError, match="nested too deeply"):
        decode([expected], bomb)
    with pytest.raises(CandidError, match="nested too deeply"):
        decode([], bomb)


def test_records_that_double_at_every_level_take_no_time():
    records = "".join(f"6c0200{index:02x}01{index:02x}" for index in range(30))

    assert decode([Opt(Prim("nat"))], message("20", "6c00", records, "6d1e", "011f", "01")) == (None,)


@pytest.mark.parametrize("expected", ["nat", "nat64", "text", "principal", "reserved"])
def test_positions_beyond_all_memory_are_beyond_the_end(expected):
    beyond = encode_unsigned(2**100).hex()
    codes = {"nat": "7d", "nat64": "78", "text": "71", "principal": "68", "reserved": "70"}

    for data in (
        message("0167000200", codes[expected], beyond, "00", "00" * 8),
        message("016d780200", codes[expected], beyond, "00" * 8),
    ):
        with pytest.raises(CandidError):
            decode([Prim("reserved"), Prim(expected)], data)


def test_a_record_larger_than_all_memory_is_beyond_the_end():
    """Fifteen types, each a record of a hundred of the next; the last is a record of one number."""
    records = ["6c64" + "".join(f"{field:02x}{entry + 1:02x}" for field in range(100)) for entry in range(15)]
    data = message("10", *records, "6c010078", "020078", "00" * 8)

    with pytest.raises(CandidError, match="ends too early"):
        decode([Prim("reserved"), Prim("nat64")], data)


def levels(*tags: str) -> Named:
    """Optional records that hold a blob, the next level and a tag."""
    definitions = {}
    tag = Variant(named_fields([(tag, Prim("null")) for tag in tags]))
    definitions["Level"] = Opt(tuple_of(BLOB, Named("Level", definitions), tag))
    return Named("Level", definitions)


@pytest.mark.parametrize(("depth", "is_refused"), [(3, False), (60, True)])
def test_what_does_not_fit_is_not_read_again_for_every_opt_around_it(depth, is_refused):
    value = None
    for _ in range(depth):
        value = (bytes(10_000), value, {"unknown": None})
    data = encode([levels("known", "unknown")], [value])

    if is_refused:
        with pytest.raises(CandidError, match="more work"):
            decode([levels("known")], data)
    else:
        assert decode([levels("known")], data) == (None,)


def test_a_decoder_remembers_few_kinds_of_messages():
    decoder = Decoder([Opt(Prim("nat"))])
    sent = [message("00", f"{count + 1:02x}", "7f" * (count + 1)) for count in range(3 * PLANS_MAX)]

    for data in sent + sent:
        assert decoder(data) == [None]

    assert len(decoder._plans) == PLANS_MAX


def test_messages_that_begin_alike_are_told_apart():
    decoder = Decoder([Opt(Prim("nat"))])

    assert decoder(message("00017d05")) == [5]
    assert decoder(message("00017e01")) == [None]
    assert decoder(message("00017d06")) == [6]
    assert decoder(message("00027d7d0607")) == [6]
    with pytest.raises(CandidError):
        decoder(message("00017d"))


def test_a_message_that_is_cut_off_anywhere_is_refused():
    whole = message("026c02007b01016e7d0100", "050107")
    expected = [Record(tuple_of(Prim("nat8"), Opt(Prim("nat"))).fields)]
    assert decode(expected, whole) == ((5, 7),)

    for size in range(len(whole)):
        with pytest.raises(CandidError):
            decode(expected, whole[:size])
        with pytest.raises(CandidError):
            decode_untyped(whole[:size])


def test_fields_of_all_types_are_counted_together():
    def record(count: int) -> str:
        return (
            "6c"
            + encode_unsigned(count).hex()
            + "".join(encode_unsigned(number).hex() + "7f" for number in range(count))
        )

    decode_untyped(message("01", record(FIELDS_MAX), "0100"))
    with pytest.raises(CandidError, match="fields"):
        decode_untyped(message("02", record(FIELDS_MAX), record(1), "0100"))
