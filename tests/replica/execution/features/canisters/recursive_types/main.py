"""Types that contain themselves, through records, variants, tuples and each other."""

from kybra import Opt, Record, Tuple, Variant, Vec, nat64, null, query, text

Link = Tuple[nat64, Opt["Link"]]


class Tree(Record):
    name: text
    children: Vec["Tree"]


class Chain(Variant, total=False):
    Nil: null
    Cons: "Cell"


class Cell(Record):
    head: nat64
    tail: "Chain"


@query
def tree(value: Tree) -> Tree:
    return value


@query
def depth(value: Tree) -> nat64:
    return depth_of(value)


def depth_of(value: Tree) -> int:
    return 1 + max([depth_of(child) for child in value["children"]], default=0)


@query
def chain(value: Chain) -> Chain:
    return value


@query
def link(value: Link) -> Link:
    return value
