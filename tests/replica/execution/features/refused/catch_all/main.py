"""Code that would swallow a trap."""

from kybra import ic, query, text


@query
def bare() -> text:
    try:
        ic.trap("no")
    except:  # refused: P3
        return "caught"


@query
def everything() -> text:
    try:
        ic.trap("no")
    except BaseException:  # refused: P3
        return "caught"


@query
def leaving() -> text:
    try:
        ic.trap("no")
    finally:
        return "left"  # refused: P3
