"""Values of any length in a stable map whose values have a small maximum.

A leaf of Kybra's stable B-tree reserves room for eleven values of the maximum size, so a map for the rare long value
would make every short one expensive. Here the first piece sits under the key itself, with the number of further pieces
in front, and piece n under `key + n`; nearly every value is one piece, which costs one access to read or write.

Keys of one map must have the same length per table (a table is the set of keys with one first byte), so that a further
piece can never be taken for a value. The map's `max_value_size` must be at least `PIECE_BYTES + 11`, its
`max_key_size` four more than the longest key needs.
"""

from kybra import StableBTreeMap

PIECE_BYTES = 384
MANY_PIECES = 255
"""In the first byte: the count is too large for it and follows in four more."""


def put(records: StableBTreeMap[bytes, bytes], key: bytes, value: bytes) -> bool:
    """Store `value` under `key`. True if the key is new."""
    if len(value) < PIECE_BYTES:
        previous = records.insert(key, b"\x00" + value)
        if previous is None:
            return True
        drop_pieces(records, key, 1, further_pieces(previous))
        return False
    return put_long(records, key, value)


def get(records: StableBTreeMap[bytes, bytes], key: bytes) -> bytes | None:
    first = records.get(key)
    if first is None:
        return None
    if first[0] == 0:
        return first[1:]
    parts = [first[header_size(first) :]]
    for number in range(1, further_pieces(first) + 1):
        piece = records.get(piece_key(key, number))
        assert piece is not None, "a long value has lost a piece"
        parts.append(piece)
    return b"".join(parts)


def remove(records: StableBTreeMap[bytes, bytes], key: bytes) -> bool:
    """Forget the value under `key`. True if there was one."""
    first = records.remove(key)
    if first is None:
        return False
    drop_pieces(records, key, 1, further_pieces(first))
    return True


def put_long(records: StableBTreeMap[bytes, bytes], key: bytes, value: bytes) -> bool:
    further = len(value) // PIECE_BYTES
    if further < MANY_PIECES:
        whole = bytes([further]) + value
    else:
        further = (len(value) + 4) // PIECE_BYTES
        whole = bytes([MANY_PIECES]) + further.to_bytes(4, "big") + value
    previous = records.insert(key, whole[:PIECE_BYTES])
    for number in range(1, further + 1):
        records.insert(piece_key(key, number), whole[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])
    if previous is None:
        return True
    drop_pieces(records, key, further + 1, further_pieces(previous))
    return False


def drop_pieces(records: StableBTreeMap[bytes, bytes], key: bytes, first: int, last: int) -> None:
    for number in range(first, last + 1):
        records.remove(piece_key(key, number))


def further_pieces(first: bytes) -> int:
    return int.from_bytes(first[1:5], "big") if first[0] == MANY_PIECES else first[0]


def header_size(first: bytes) -> int:
    return 5 if first[0] == MANY_PIECES else 1


def piece_key(key: bytes, number: int) -> bytes:
    return key + number.to_bytes(4, "big")
