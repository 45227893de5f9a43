"""One run: some steps of people, operator, mallory and misfortune, then calm, then every invariant.

Everything that is decided is decided by the seed: who acts, on whom, what fails and when. The world it begins in is the
same for all seeds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from replica.principal import Principal
from tests.simulation.checks import check_everything
from tests.simulation.client_copy import ClientCopy, Unavailable
from tests.simulation.faults import Faults
from tests.simulation.machine import Machine
from tests.simulation.mallory import Mallory
from tests.simulation.operator import Operator
from tests.simulation.person import Person
from tests.simulation.trace import Trace
from tests.simulation.world import World

STEPS: Final = 150
_CALM_MINUTES: Final = 5
_CALM_SPELLS: Final = 12
_CALM_SPELLS_MAX: Final = 60


class InvariantBroken(AssertionError):
    """Says which, after what, and how to see it again."""

    def __init__(self, seed: int, steps: int, cause: BaseException, trace: Trace) -> None:
        what = str(cause) or type(cause).__name__
        super().__init__(
            f"\nseed {seed}, step {trace.step} of {steps}: {what}\n\nthe last of what happened:\n{trace}\n\n"
            f"replay: make simulate SEED={seed} STEPS={steps}\n"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run was, for those who look at many."""

    digest: bytes
    acknowledged: int
    crashes: int
    traps: int
    rejects: int


def run(
    world: World, folder: Path, seed: int, steps: int = STEPS, *, echo: Callable[[str], None] | None = None
) -> Outcome:
    """Raises `InvariantBroken`. The machine lives in a folder inside `folder`, which is gone afterwards."""
    with TemporaryDirectory(prefix=f"run-{seed}-", dir=folder) as lives:
        return _run(world, Path(lives), seed, steps, echo)


def _run(world: World, folder: Path, seed: int, steps: int, echo: Callable[[str], None] | None) -> Outcome:
    simulation = Simulation(world, folder, seed, echo)
    try:
        simulation.play(steps)
        simulation.calm()
        check_everything(simulation)
        return simulation.outcome()
    except Exception as error:
        raise InvariantBroken(seed, steps, error, simulation.trace) from error
    finally:
        simulation.machine.close()


class Simulation:
    def __init__(self, world: World, folder: Path, seed: int, echo: Callable[[str], None] | None = None) -> None:
        self.chance = Random(f"simulation {seed}")  # noqa: S311 - repeatable, not secret
        self.faults = Faults.draw(self.chance)
        self.world = world
        self.machine = Machine(world, folder, seed=seed, faults=self.faults)
        self.trace = Trace(self.machine.clock, echo)
        self.machine.note = lambda what: self.trace.note("machine", what)
        self.people = [self._person(name) for name in world.names]
        self.copies = {person.name: ClientCopy(person) for person in self.people}
        self.groups: dict[Principal, tuple[Person, bool]] = {}
        """Each group that somebody knows to exist: who owns it, and whether it is public."""
        self.operator = Operator(world, self.machine, self.chance, self.trace)
        self.mallory = Mallory(world, self.machine, self.chance, self.trace)
        self._names = itertools.count(1)
        self._has_next_version = False
        # A few people talk a lot with each other, so that chats grow and their outboxes fill.
        self._circle = self.chance.sample(self.people, self.chance.choice((3, 5, 8, len(self.people))))

    def _person(self, name: str) -> Person:
        index = self.world.deployment["user_index"]
        user_id = self.world.registered.get(name)
        return Person(name, self.machine, self.chance, self.trace, user_index=index, user_id=user_id)

    def registered(self) -> list[Person]:
        return [person for person in self.people if person.user_id is not None]

    def outcome(self) -> Outcome:
        outgoing = (each for person in self.people for each in person.outgoing.values())
        acknowledged = sum(len(each.acknowledged()) for each in outgoing)
        machine = self.machine
        return Outcome(machine.digest(), acknowledged, machine.crashes, machine.engine.trapped, machine.rejects)

    # -- Steps -------------------------------------------------------------------------------------------------------

    def play(self, steps: int) -> None:
        for step in range(steps):
            self.trace.step = step
            self._misfortune()
            self._somebody_acts()
            self.machine.clock.advance(seconds=self._pause_seconds())
            for _ in range(self.chance.choice((0, 1, 1, 4))):
                self.machine.turn()

    def _pause_seconds(self) -> float:
        if self.chance.random() < self.faults.leap:
            return self.chance.choice((10, 30, 130, 700))
        return self.chance.random()

    def _misfortune(self) -> None:
        faults, chance = self.faults, self.chance
        if chance.random() < faults.crash:
            chance.choice((self.machine.plan_crash, self.machine.crash, self.machine.restart))()
        if chance.random() < faults.stop:
            self.operator.stop(self._some_canister())
        if chance.random() < 2 * faults.stop:
            self.operator.start_one()
        if chance.random() < faults.upgrade:
            self._upgrade()
        if chance.random() < faults.mallory:
            groups = list(self.groups)
            self.mallory.attack(self._some_user_id(), chance.choice(groups) if groups else None)

    def _upgrade(self) -> None:
        if not self._has_next_version and self.chance.random() < 0.3:
            self._has_next_version = True
            self.operator.upgrade_everyone()
        elif self.chance.random() < 0.3:
            self.operator.upgrade_single()
        else:
            self.operator.upgrade_user(self._some_user_id())

    def _some_user_id(self) -> Principal:
        user_id = self.chance.choice([person for person in self._circle if person.user_id] or self.registered()).user_id
        assert user_id is not None
        return user_id

    def _some_canister(self) -> Principal:
        singles = [self.world.deployment[name] for name in ("user_index", "group_index", "notifications")]
        return self.chance.choice([self._some_user_id(), self._some_user_id(), *singles, *self.groups])

    def _somebody_acts(self) -> None:
        person = self.chance.choice(self._circle)
        if person.user_id is None:
            person.register()
            return
        acts: list[Callable[[Person], None]] = [self._writes] * 8 + [self._goes_on] * 4 + [self._syncs] * 3
        acts += [self._reads] * 3 + [self._repeats, self._blocks, self._creates_group]
        acts += [self._writes_in_group] * 3 + [self._joins, self._leaves, self._adds]
        self.chance.choice(acts)(person)

    def _other(self, person: Person) -> Principal | None:
        others = [other.user_id for other in self._circle if other is not person and other.user_id is not None]
        return self.chance.choice(others) if others else None

    def _writes(self, person: Person) -> None:
        other = self._other(person)
        if other is not None:
            events = len(self.copies[person.name].events.get(other, []))
            replies_to = self.chance.randrange(events) if events and self.chance.random() < 0.2 else None
            for _ in range(self.chance.choice((1, 1, 1, 4))):
                person.write("user", other, replies_to=replies_to)

    def _goes_on(self, person: Person) -> None:
        person.send_all()
        person.pursue_wishes()

    def _syncs(self, person: Person) -> None:
        try:
            self.copies[person.name].sync()
        except Unavailable:
            self.trace.note(person.name, "cannot reach the canister")

    def _reads(self, person: Person) -> None:
        chats = self.copies[person.name].events
        if chats:
            chat = self.chance.choice(list(chats))
            person.mark_read(chat, self.chance.randrange(len(chats[chat]) + 1))

    def _repeats(self, person: Person) -> None:
        if person.outgoing:
            person.repeat(self.chance.choice(list(person.outgoing)))

    def _blocks(self, person: Person) -> None:
        other = self._other(person)
        if other is not None:
            (person.block if other not in person.blocked_ever else person.unblock)(other)

    def _creates_group(self, person: Person) -> None:
        is_public = self.chance.random() < 0.7

        def remember(group_id: Principal) -> None:
            self.groups[group_id] = (person, is_public)

        person.create_group(f"group {next(self._names)}", is_public=is_public, then=remember)

    def _joins(self, person: Person) -> None:
        for group in self._some_group(is_public=True):
            person.join(group)

    def _leaves(self, person: Person) -> None:
        for group in self._some_group(is_public=True):
            person.leave(group)

    def _adds(self, person: Person) -> None:
        other = self._other(person)
        if other is not None and person.owned:
            person.add(self.chance.choice(person.owned), [other])

    def _writes_in_group(self, person: Person) -> None:
        mine = [group for group, place in person.groups.items() if place.is_member]
        if mine:
            person.write("group", self.chance.choice(mine))

    def _some_group(self, *, is_public: bool) -> list[Principal]:
        groups = [group for group, (_, public) in self.groups.items() if public == is_public]
        return [self.chance.choice(groups)] if groups else []

    # -- The end -----------------------------------------------------------------------------------------------------

    def calm(self) -> None:
        """Faults stop; everybody finishes what they began; time passes until nothing moves."""
        self.machine.calm()
        self.machine.settle()
        for canister_id in self.operator.ever_stopped:
            self.operator.start(canister_id)
        self.machine.settle()
        for spell in range(_CALM_SPELLS_MAX):
            for person in self.people:
                person.send_all()
                person.pursue_wishes()
            self.machine.settle()
            self.machine.clock.advance(minutes=_CALM_MINUTES)
            self.machine.settle()
            if spell >= _CALM_SPELLS and not self._is_anybody_busy():
                return
        raise AssertionError("people do not get done what they began, though nothing fails any more")

    def _is_anybody_busy(self) -> bool:
        return self.machine.has_pending() or any(person.has_drafts() or person.has_wishes() for person in self.people)
