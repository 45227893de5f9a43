"""A linked list inside a record inside a map."""

from kybra import Opt, Record, StableBTreeMap, nat32, query, text, update


class Superhero(Record):
    name: text
    superpowers: Opt["Powers"]


class Powers(Record):
    power: text
    more: Opt["Powers"]


HEROES = StableBTreeMap[nat32, Superhero](memory_id=0, max_key_size=12, max_value_size=1_000)


@update
def create(superhero: Superhero) -> nat32:
    hero_id = HEROES.len()
    HEROES.insert(hero_id, superhero)
    return hero_id


@query
def read(hero_id: nat32) -> Opt[Superhero]:
    return HEROES.get(hero_id)


@update
def change(hero_id: nat32, superhero: Superhero) -> bool:
    return HEROES.contains_key(hero_id) and HEROES.insert(hero_id, superhero) is not None


@update
def delete_hero(hero_id: nat32) -> bool:
    return HEROES.remove(hero_id) is not None
