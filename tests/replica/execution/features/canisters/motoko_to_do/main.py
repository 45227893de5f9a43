"""A list of things to do."""

from kybra import Record, StableBTreeMap, Vec, nat64, query, text, update, void


class ToDo(Record):
    description: text
    completed: bool


TODOS = StableBTreeMap[nat64, ToDo](memory_id=0, max_key_size=15, max_value_size=500)


@query
def get_todos() -> Vec[ToDo]:
    return TODOS.values()


@query
def show_todos() -> text:
    lines = ["", "___TO-DOs___"]
    for number, todo in TODOS.items():
        lines.append(f"({number + 1}) {todo['description']}{' ✔' if todo['completed'] else ''}")
    return "\n".join(lines)


@update
def add_todo(description: text) -> nat64:
    number = TODOS.len()
    TODOS.insert(number, {"description": description, "completed": False})
    return number


@update
def complete_todo(number: nat64) -> void:
    todo = TODOS.get(number)
    if todo is not None:
        TODOS.insert(number, {"description": todo["description"], "completed": True})


@update
def clear_completed() -> void:
    for number, todo in TODOS.items():
        if todo["completed"]:
            TODOS.remove(number)
