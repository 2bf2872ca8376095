"""Random work by several people: the program and a simple model of the rules never part ways.

``BRUKERPLAN_EXAMPLES`` and ``BRUKERPLAN_STEPS`` look longer than the checks have time for,
each time in another place.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from brukerplan.persistence.engine import Database
from tests.actions.rules.around import Rules
from tests.actions.rules.made import LAST, build_played
from tests.actions.rules.places import Answers, Refused
from tests.actions.rules.played import Played
from tests.actions.rules.work_closing import AllWork
from tests.conftest import EVERYTHING
from tests.log_key import LOG_KEY
from tests.postgresql import Server

EXAMPLES = int(os.environ.get("BRUKERPLAN_EXAMPLES", "0"))
STEPS = int(os.environ.get("BRUKERPLAN_STEPS", "30"))
Copies = Callable[[], Played]


@pytest.fixture(scope="module")
def sqlite_copies(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """As many copies of one world as are wanted."""
    folder = tmp_path_factory.mktemp("rules")
    source, target = folder / "source.sqlite", folder / "copy.sqlite"
    shutil.copy(sqlite_template, source)
    database = Database(f"sqlite:///{source}", log_key=LOG_KEY, reach=EVERYTHING)
    made = build_played(database)
    database.leave_no_copies()
    database.dispose()

    def copy() -> Played:
        for old in folder.glob("copy.sqlite*"):
            old.unlink()
        shutil.copy(source, target)
        return made.copied(Database(f"sqlite:///{target}", log_key=LOG_KEY, reach=EVERYTHING))

    return copy


@pytest.fixture(scope="module")
def postgresql_copies(postgresql_server: Server, postgresql_template: str) -> Iterator[Copies]:
    """As many copies of one world as are wanted."""
    numbers = itertools.count(1)
    postgresql_server.sql(f"CREATE DATABASE rules_0 TEMPLATE {postgresql_template}")
    database = Database(postgresql_server.url("rules_0"), log_key=LOG_KEY, reach=EVERYTHING)
    made = build_played(database)
    database.dispose()

    def copy() -> Played:
        number = next(numbers)
        if number > 1:
            postgresql_server.sql(f"DROP DATABASE rules_{number - 1} WITH (FORCE)")
        postgresql_server.sql(f"CREATE DATABASE rules_{number} TEMPLATE rules_0")
        return made.copied(
            Database(postgresql_server.url(f"rules_{number}"), log_key=LOG_KEY, reach=EVERYTHING)
        )

    yield copy
    postgresql_server.sql("DROP DATABASE rules_0 WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> Copies:
    """Copies on each engine in turn."""
    made: Copies = request.getfixturevalue(f"{request.param}_copies")
    return made


def play(
    copies: Copies, rules: type[Rules] = Rules, *, examples: int, find_only: bool = False
) -> None:
    """Work at random, and shorten what parts them unless it is enough to know that they do."""
    phases = (Phase.generate,) if find_only else (Phase.generate, Phase.shrink)
    run_state_machine_as_test(
        lambda: AllWork(copies, rules),  # type: ignore[arg-type]  # anything that makes one
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_random_work_by_several_people_never_parts_from_the_rules(copies: Copies) -> None:
    play(copies, examples=EXAMPLES or 30)


class NobodySaysNo(Rules):
    """As if an opt-out blocked nothing."""

    def start(self, who: str, unit: str, person: str | None, *, also: bool, last: Answers) -> str:
        """Start whoever it is."""
        before, self.opted_out = self.opted_out, set()
        try:
            return super().start(who, unit, person, also=also, last=last)
        finally:
            self.opted_out = before


class DraftsMayBeLeft(Rules):
    """As if a unit could submit with drafts."""

    def close_unit(self, who: str, unit: str, *, nothing: bool) -> None:
        """Close it whatever is left."""
        try:
            super().close_unit(who, unit, nothing=nothing)
        except Refused as refused:
            if refused.kinds != {"DraftsRemainError"}:
                raise
            self.units[unit] = "submitted"


class AnyCoordinatorApproves(Rules):
    """As if a coordinator could approve another municipality."""

    def may(self, who: str, right: str, place: str) -> bool:
        """Wherever it is."""
        return super().may(who, right, place) or (
            right == "approve" and who.startswith("coordinator")
        )


class TheMarkStays(Rules):
    """As if what was verified stayed so when it is taken back."""

    def reopen(self, who: str, name: str, *, version: int) -> None:
        """Take back, and leave the mark."""
        verified = self.registrations[name].verified
        super().reopen(who, name, version=version)
        self.registrations[name].verified = verified


class TheLastOneWins(Rules):
    """As if a stale page overwrote what somebody else has saved."""

    def save(
        self,
        who: str,
        name: str,
        answers: Answers,
        *,
        version: int,
        page: str,
        accepted: frozenset[str],
    ) -> None:
        """Save over whatever is stored."""
        found = self.registrations.get(name)
        version = found.version if found else version
        super().save(who, name, answers, version=version, page=page, accepted=accepted)


def says_no_and_is_started_on(work: AllWork) -> None:
    """An opt-out, and somebody who starts on the person all the same."""
    work.begins(stage=1)
    work.opts_out(draw=0, place="M", whom="new 1", withdraw=False)
    work.start("registrar A", "A", "new 1")


def leaves_drafts(work: AllWork) -> None:
    """A unit that submits too early."""
    work.begins(stage=2)
    work.close_unit("lead A", "A", nothing=False)


def saves_over_somebody(work: AllWork) -> None:
    """Two who have the same page open."""
    work.begins(stage=2)
    work.save("registrar A", "r2", {**LAST, "housing": "red"}, frozenset())


def takes_back_what_is_verified(work: AllWork) -> None:
    """A lead looks a registration over, and then takes it back."""
    work.begins(stage=3)
    work.open_unit("lead A", "A", "answer_wrong")
    work.verify("lead A", "r1")
    work.take_back("lead A", "r1")
    work.the_store_is_as_the_rules_say()


@pytest.mark.parametrize(
    ("wrong", "does"),
    [
        (NobodySaysNo, says_no_and_is_started_on),
        (DraftsMayBeLeft, leaves_drafts),
        (TheLastOneWins, saves_over_somebody),
        (TheMarkStays, takes_back_what_is_verified),
    ],
)
def test_a_rule_that_is_not_held_is_noticed(
    sqlite_copies: Copies, wrong: type[Rules], does: Callable[[AllWork], None]
) -> None:
    does(AllWork(sqlite_copies))
    with pytest.raises(AssertionError):
        does(AllWork(sqlite_copies, wrong))


@pytest.mark.slow
def test_a_rule_that_is_not_held_is_found_by_random_work(sqlite_copies: Copies) -> None:
    with pytest.raises(AssertionError):
        play(sqlite_copies, AnyCoordinatorApproves, examples=150, find_only=True)
