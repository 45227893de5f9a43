"""Guards: run before the arguments are looked at; what they refuse is rejected with their words."""

from kybra import GuardResult, Manual, StableBTreeMap, Vec, ic, nat64, query, text, update

SEEN = StableBTreeMap[text, nat64](memory_id=0, max_key_size=40, max_value_size=20)


def note(name: text) -> None:
    SEEN.insert(name, (SEEN.get(name) or 0) + 1)


def let_in() -> GuardResult:
    note("let_in")
    return {"Ok": None}


def keep_out() -> GuardResult:
    note("keep_out")
    return {"Err": "You shall not pass!"}


def break_down() -> GuardResult:
    note("break_down")
    raise RuntimeError("the guard broke down")


def mumble() -> GuardResult:
    return {"Something": None}


def both() -> GuardResult:
    return {"Ok": None, "Err": "looked at first"}


def strike() -> GuardResult:
    note("strike")
    ic.trap("the guard traps")


def controllers_only() -> GuardResult:
    if ic.caller().to_str() == "2vxsx-fae":
        return {"Err": "say who you are"}
    return {"Ok": None}


@query(guard=let_in)
def accessible() -> bool:
    return True


@query(guard=let_in)
def guarded_manual() -> Manual[bool]:
    ic.reply(True)


@query(guard=keep_out)
def inaccessible() -> bool:
    return False


@update(guard=keep_out)
def inaccessible_update(value: nat64) -> bool:
    return value == 0


@update(guard=let_in)
def accessible_update() -> bool:
    note("method")
    return True


@update(guard=let_in)
def accessible_and_trapping() -> bool:
    ic.trap("the method traps")


@update(guard=break_down)
def broken() -> bool:
    return False


@update(guard=mumble)
def mumbled() -> bool:
    return False


@update(guard=both)
def told_twice() -> bool:
    return False


@update(guard=strike)
def struck() -> bool:
    return False


@update(guard="controllers_only")
def named_by_text() -> bool:
    return True


@query
def unguarded() -> bool:
    return True


@query
def seen() -> Vec[text]:
    return [f"{name} {count}" for name, count in SEEN.items()]
