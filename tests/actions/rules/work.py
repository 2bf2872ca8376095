"""Registering done twice: by the rules and by the program, by several people in any order."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from brukerplan.actions.conflicts import settle_conflict
from brukerplan.actions.registering import (
    ConflictError,
    NotCompleteError,
    SubmittedRegistration,
    delete_registration,
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.actions.start import start_registration
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.translation import UserError
from tests.actions.rules.around import BY_THE_PROGRAM, BY_THE_TRUST, Rules
from tests.actions.rules.made import LAST
from tests.actions.rules.places import PEOPLE, PERSONS, SECTIONS, UNITS, Answers, Refused
from tests.actions.rules.played import Played, in_rules
from tests.actions.rules.words import YEAR, moment, number_of, to_program

NOWHERE = uuid.UUID(int=0)

# Most often somebody who may; see `Work.somebody`.
who = st.integers(0, 19)
unit = st.sampled_from(sorted(UNITS))
municipality = st.sampled_from(("M", "M", "N"))
person = st.sampled_from(PERSONS)
which = st.integers(0, 30)
colour = st.sampled_from(("green", "red"))
reason = st.sampled_from(("answer_wrong", BY_THE_TRUST, BY_THE_PROGRAM))
partly = st.sampled_from((True, True, False))
sections = st.sets(st.sampled_from(sorted(SECTIONS)))
typed = st.fixed_dictionaries(
    {"rest": st.just("yes"), "housing": colour},
    optional={"network": colour, "children_under_18": st.just("2")},
) | st.fixed_dictionaries(
    {key: st.just("yes") if key == "rest" else colour for key in ("rest", "housing", "network")}
    | {"children_under_18": st.just("2")}
)


def every(side: str) -> dict[str, str]:
    """The same choice of every answer."""
    return {variable.id: side for variable in edition_for_year(YEAR).variables}


class Work(RuleBasedStateMachine):
    """Everything is done twice. A registration is called by its name in the rules."""

    def __init__(self, copies: Callable[[], Played], rules: type[Rules] = Rules) -> None:
        super().__init__()
        self.law = rules()
        self.played = copies()
        # Which version somebody's open page shows.
        self.open_pages: dict[tuple[str, str], int] = {}
        # What was read when it was opened: as stale as a request that waits can find it.
        self.read: dict[tuple[str, str], RegistrationView | None] = {}

    def teardown(self) -> None:
        """Leave the copy."""
        self.played.database.dispose()

    def both(self, told: Callable[[], Any], done: Callable[[], Any]) -> tuple[Any, Any]:
        """Do it in the rules and in the program: allowed in both, or refused for one reason."""
        self.law.clock += 1
        expected: frozenset[str] = frozenset()
        in_rules = in_program = None
        try:
            in_rules = told()
        except Refused as refused:
            expected = refused.kinds
        try:
            in_program = done()
        except UserError as error:
            refused_with = type(error).__name__
            allowed = f"the rules say {sorted(expected) or 'yes'}"
            assert refused_with in expected, f"the program says {refused_with}, {allowed}"
            return None, error
        assert not expected, f"the program allowed what the rules refuse: {sorted(expected)}"
        return in_rules, in_program

    def act(self, action: Callable[..., Any], who: str, **given: Any) -> Callable[[], Any]:
        """An act of somebody, now."""
        played, now = self.played, moment(self.law.clock + 1)
        return lambda: action(played.database, by=played.actors[who], now=now, **given)

    def somebody(self, draw: int, right: str, place: str) -> str:
        """Somebody who may do this there, or now and then anybody."""
        may = [each for each in sorted(PEOPLE) if self.law.may(each, right, place)]
        return may[draw % len(may)] if may and draw < 16 else sorted(PEOPLE)[draw % len(PEOPLE)]

    def at(self, draw: int, right: str, name: str) -> str:
        """Somebody where the registration is."""
        found = self.law.registrations.get(name)
        return self.somebody(draw, right, found.unit if found else "A")

    def known(self, pick: int) -> str:
        """One of all registrations that ever were; those that are, more often."""
        names = [*self.law.registrations, *self.law.registrations, *self.played.registrations]
        return names[pick % len(names)] if names else "none"

    def id_of(self, name: str) -> uuid.UUID:
        """The program's id; one that was never given for what never was."""
        return self.played.registrations.get(name) or NOWHERE

    def page_of(self, who: str, name: str) -> int:
        """The version on somebody's page: the one they opened or saved last."""
        found = self.law.registrations.get(name)
        if (who, name) not in self.open_pages:
            self.open_pages[who, name] = found.version if found else 1
            with self.played.database.read() as session:
                self.read[who, name] = registration(session, self.id_of(name))
        return self.open_pages[who, name]

    def saved(self, who: str, name: str) -> None:
        """The page is told the new version."""
        found = self.law.registrations.get(name)
        if found is not None:
            self.open_pages[who, name] = found.version

    @rule(draw=who, place=unit, whom=person | st.none(), also=st.booleans())
    def starts(self, draw: int, place: str, whom: str | None, also: bool) -> None:
        """Somebody starts on a person."""
        self.start(self.somebody(draw, "write", place), place, whom, also=also)

    def start(self, who: str, place: str, whom: str | None, *, also: bool = False) -> None:
        """Start, or find what was started."""
        name, started = self.both(
            lambda: self.law.start(who, place, whom, also=also, last=LAST),
            self.act(
                start_registration,
                who,
                keys=self.played.keys,
                unit_id=self.played.organisations[place],
                round_id=self.played.round_id,
                number=None if whom is None else number_of(whom),
                case_label="S-2",
                also_elsewhere=also,
            ),
        )
        if name is not None:
            assert started.already_own == (name in self.played.registrations)
            assert self.played.registrations.setdefault(name, started.id) == started.id

    @rule(draw=who, pick=which)
    def opens(self, draw: int, pick: int) -> None:
        """Somebody opens the page anew."""
        name = self.known(pick)
        self.open_pages.pop((self.at(draw, "write", name), name), None)

    @precondition(lambda self: self.played.registrations)
    @rule(draw=who, pick=which, answers=typed, accepted=sections)
    def saves(self, draw: int, pick: int, answers: Answers, accepted: set[str]) -> None:
        """Somebody saves from the page they have open, fresh or stale."""
        name = self.known(pick)
        self.save(self.at(draw, "write", name), name, answers, frozenset(accepted))

    def save(self, who: str, name: str, answers: Answers, accepted: frozenset[str]) -> None:
        """Save over the version on somebody's page."""
        version = self.page_of(who, name)
        found = self.law.registrations.get(name)
        _, saved = self.both(
            lambda: self.law.save(who, name, answers, version=version, page=who, accepted=accepted),
            self.act(
                save_draft,
                who,
                registration_id=self.id_of(name),
                version=version,
                page=who,
                answers=to_program(answers, found.person if found else "nobody"),
                accepted=accepted,
                # Every other time, as the page does: what was read goes along.
                seen=self.read[who, name] if self.law.clock % 2 else None,
            ),
        )
        if isinstance(saved, ConflictError):
            self.played.conflicts[name, who] = saved.conflict_id
        elif not isinstance(saved, UserError):
            self.saved(who, name)
            assert saved.version == self.open_pages[who, name]

    @precondition(lambda self: self.played.conflicts)
    @rule(draw=who, pick=which, mine=st.booleans(), stale=st.booleans())
    def settles(self, draw: int, pick: int, mine: bool, stale: bool) -> None:
        """Somebody chooses between two versions."""
        waiting = sorted(self.played.conflicts) or [("none", "")]
        name, page = waiting[pick % len(waiting)]
        found = self.law.registrations.get(name)
        version = (found.version if found else 1) - (stale and draw > 8)
        who = self.at(draw, "write", name)
        self.both(
            lambda: self.law.settle(who, name, page, version=version, mine=mine),
            self.act(
                settle_conflict,
                who,
                conflict_id=self.played.conflicts.get((name, page), NOWHERE),
                choices=every("mine" if mine else "stored"),
                version=version,
            ),
        )

    @precondition(lambda self: self.played.registrations)
    @rule(draw=who, pick=which, confirm=st.booleans(), accept=st.booleans())
    def submits(self, draw: int, pick: int, confirm: bool, accept: bool) -> None:
        """Somebody submits what is stored."""
        name = self.known(pick)
        self.submit(self.at(draw, "write", name), name, confirm=confirm, accept=accept)

    def submit(self, who: str, name: str, *, confirm: bool = True, accept: bool = True) -> None:
        """Submit the version on somebody's page."""
        version = self.page_of(who, name)
        _, submitted = self.both(
            lambda: self.law.submit(
                who, name, version=version, page=who, confirm=confirm, accept=accept
            ),
            self.act(
                submit_registration,
                who,
                registration_id=self.id_of(name),
                version=version,
                page=who,
                confirmed={"missing_number": "situation"} if confirm else {},
                accepted=SECTIONS if accept else frozenset(),
            ),
        )
        if isinstance(submitted, NotCompleteError | SubmittedRegistration):
            self.saved(who, name)
            assert submitted.version == self.open_pages[who, name]

    @precondition(lambda self: self.played.registrations)
    @rule(draw=who, pick=which)
    def takes_back(self, draw: int, pick: int) -> None:
        """Somebody opens a submitted registration again."""
        name = self.known(pick)
        self.take_back(self.at(draw, "write", name), name)

    def take_back(self, who: str, name: str) -> None:
        """Make it a draft again."""
        version = self.page_of(who, name)
        self.both(
            lambda: self.law.reopen(who, name, version=version),
            self.act(reopen_registration, who, registration_id=self.id_of(name), version=version),
        )

    @precondition(lambda self: self.played.registrations)
    @rule(draw=who, pick=which)
    def deletes(self, draw: int, pick: int) -> None:
        """Somebody deletes a registration."""
        name = self.known(pick)
        who = self.at(draw, "write", name)
        self.both(
            lambda: self.law.delete(who, name),
            self.act(delete_registration, who, registration_id=self.id_of(name)),
        )

    def in_unit(
        self, action: Callable[..., Any], who: str, place: str, **given: Any
    ) -> Callable[[], Any]:
        """An act on a unit in the round."""
        unit_id, round_id = self.played.organisations[place], self.played.round_id
        return self.act(action, who, unit_id=unit_id, round_id=round_id, **given)

    def in_municipality(
        self, action: Callable[..., Any], who: str, place: str, **given: Any
    ) -> Callable[[], Any]:
        """An act on a municipality in the round."""
        id_, round_id = self.played.organisations[place], self.played.round_id
        return self.act(action, who, municipality_id=id_, round_id=round_id, **given)

    @invariant()
    def the_store_is_as_the_rules_say(self) -> None:
        """Every state and every count, after every act."""
        assert self.played.stored() == in_rules(self.law)
