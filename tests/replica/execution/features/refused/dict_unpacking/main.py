"""Kybra puts the unpacked part last, whatever the order."""

from kybra import Record, nat64, query


class Point(Record):
    x: nat64
    y: nat64


@query
def moved(point: Point) -> Point:
    return {**point, "x": 5}  # refused: 2
