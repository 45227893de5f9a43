"""Guards run before arguments are decoded, reject, and keep what they did."""

from kybra import GuardResult, StableBTreeMap, ic, nat64, query, text, update

counters = StableBTreeMap[text, nat64](memory_id=0, max_key_size=100, max_value_size=15)


def count(name: text) -> nat64:
    number = (counters.get(name) or 0) + 1
    counters.insert(name, number)
    return number


def allow() -> GuardResult:
    count("guard")
    return {"Ok": None}


def refuse() -> GuardResult:
    count("guard")
    return {"Err": "not today"}


def fail() -> GuardResult:
    count("guard")
    raise ValueError("the guard is broken")


def mumble() -> GuardResult:
    return {"Maybe": None}


def trap() -> GuardResult:
    count("guard")
    ic.trap("the guard traps")


@update(guard=allow)
def allowed(value: nat64) -> nat64:
    count("method")
    return value


@update(guard=refuse)
def refused(value: nat64) -> nat64:
    count("method")
    return value


@update(guard=fail)
def failed() -> nat64:
    return 1


@update(guard=mumble)
def mumbled() -> nat64:
    return 1


@update(guard=trap)
def trapped() -> nat64:
    return 1


@update(guard=allow)
def allowed_and_broken() -> nat64:
    raise ValueError("the method is broken")


@query
def counted(name: text) -> nat64:
    return counters.get(name) or 0
