from kybra import Record, Variant, nat64, null, text


class Order(Record):
    what: text
    count: nat64


class Outcome(Variant, total=False):
    Ordered: nat64
    Empty: null
