"""Answers by hand where Kybra answers, and questions that only inspection may ask."""

from kybra import ic, query, text, update, void


@update
def replies() -> text:
    ic.reply("twice")  # refused: 40
    return "then"


@update
def rejects() -> void:
    ic.reject("no")  # refused: 40


@query
def name() -> text:
    return ic.method_name()  # refused: 41


@update
def accepts() -> void:
    ic.accept_message()  # refused: 41
