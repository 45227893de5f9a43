"""Variants: dicts with one key; of several keys the first declared one counts."""

from kybra import Record, Variant, Vec, float64, match, nat64, null, query, text


class Square(Record):
    side: float64


class Shape(Variant, total=False):
    Point: null
    Circle: float64
    Square: Square
    Group: Vec["Shape"]


@query
def echo(value: Shape) -> Shape:
    return value


@query
def area(shape: Shape) -> float64:
    return area_of(shape)


def area_of(shape: Shape) -> float:
    return match(
        shape,
        {
            "Point": lambda _: 0.0,
            "Circle": lambda radius: 3.0 * radius * radius,
            "Square": lambda square: square["side"] ** 2,
            "_": lambda _: -1.0,
        },
    )


@query
def two_keys() -> Shape:
    return {"Circle": 1.0, "Point": None}


@query
def no_key() -> Shape:
    return {"Triangle": 1.0}


@query
def no_match(shape: Shape) -> nat64:
    return match(shape, {"Point": lambda _: 1})


@query
def names(value: Shape) -> Vec[text]:
    return list(value)
