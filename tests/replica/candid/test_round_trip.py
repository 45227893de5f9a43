"""What is written is what is read, for every type, and also by those who expect another version of it."""

from hypothesis import given
from hypothesis import strategies as st

from replica.candid import text
from replica.candid.codec import compile_decoder, compile_encoder, decode, decode_untyped, encode
from replica.candid.subtyping import is_same_type, is_subtype
from replica.candid.types import Field, Named, Opt, Prim, Record, Vec, named_fields
from tests.replica.candid.strategies import supertypes_of, types, types_with_values, values_of


@given(types_with_values())
def test_a_decoded_message_is_the_value_that_was_encoded(typed):
    candid_type, value = typed

    assert decode([candid_type], encode([candid_type], [value])) == (value,)


@given(st.data(), st.lists(types, max_size=4))
def test_arguments_keep_their_order(data, argument_types):
    values = [data.draw(values_of(candid_type)) for candid_type in argument_types]

    assert decode(argument_types, encode(argument_types, values)) == tuple(values)


@given(st.data(), types_with_values())
def test_a_reader_of_any_supertype_reads_the_value(data, typed):
    candid_type, value = typed
    expected = data.draw(supertypes_of(candid_type))

    assert is_subtype(candid_type, expected)
    decode([expected], encode([candid_type], [value]))


@given(types_with_values())
def test_a_message_tells_its_own_types(typed):
    candid_type, value = typed
    message = encode([candid_type], [value])

    (sent,), values = decode_untyped(message)

    assert is_same_type(sent, candid_type)
    assert encode([sent], values) == message


@given(st.data(), types)
def test_functions_compiled_once_serve_many_messages(data, candid_type):
    encode_value, decode_value = compile_encoder([candid_type]), compile_decoder([candid_type])

    for value in data.draw(st.lists(values_of(candid_type), min_size=2, max_size=4)):
        assert decode_value(encode_value([value])) == (value,)


@given(types_with_values())
def test_printed_values_are_read_back_at_their_type(typed):
    candid_type, value = typed
    printed = text.format_values([candid_type], [value])

    if "inf" not in printed:  # infinity has no text in Candid
        assert text.parse([candid_type], printed) == (value,)


def test_a_list_of_itself_is_written_and_read():
    definitions = {}
    definitions["List"] = Opt(Record(named_fields([("head", Prim("int")), ("tail", Named("List", definitions))])))
    value = {"head": 1, "tail": {"head": 2, "tail": {"head": 3, "tail": None}}}

    message = encode([Named("List", definitions)], [value])

    assert decode([Named("List", definitions)], message) == (value,)


def test_types_that_contain_each_other_are_written_and_read():
    definitions = {}
    tree, forest = Named("Tree", definitions), Named("Forest", definitions)
    definitions["Tree"] = Record(named_fields([("label", Prim("text")), ("children", forest)]))
    definitions["Forest"] = Vec(tree)
    value = {"label": "root", "children": [{"label": "leaf", "children": []}, {"label": "other", "children": []}]}

    message = encode([forest, tree], [[value], value])

    assert decode([forest, tree], message) == ([value], value)


def test_a_dictionary_has_its_fields_as_they_were_declared_and_not_as_they_were_sent():
    fields = named_fields([("z", Prim("nat")), ("a", Prim("nat")), ("m", Prim("nat"))])
    message = encode([Record(tuple(reversed(fields)))], [{"m": 3, "a": 2, "z": 1}])

    (value,) = decode([Record(fields)], message)

    assert list(value) == ["z", "a", "m"]


def test_fields_without_names_go_by_their_numbers():
    candid_type = Record((Field(7, None, Prim("nat")), Field(9, None, Prim("text"))))

    assert decode([candid_type], encode([candid_type], [{"_7_": 1, "_9_": "x"}])) == ({"_7_": 1, "_9_": "x"},)


def test_equal_types_share_one_entry_of_the_table():
    pair = Record(named_fields([("a", Prim("nat"))]))
    definitions = {"Pair": pair}

    assert encode([pair, Named("Pair", definitions), Vec(pair)], [{"a": 1}, {"a": 1}, []])[:6] == b"DIDL\x02\x6c"
