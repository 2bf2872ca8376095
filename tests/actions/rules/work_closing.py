"""Units, municipalities and the round, closed and opened twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import initialize, precondition, rule

from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.municipality import (
    ApprovalNotPossibleError,
    approve_municipality,
    reopen_municipality,
)
from brukerplan.actions.rounds import begin_correction, end_correction, open_for_registration
from brukerplan.actions.terms import set_terms
from brukerplan.actions.units import declare_nothing_to_report, reopen_unit, submit_unit
from brukerplan.persistence.tables.states import IdentityMode, InclusionRule, ReopeningReason
from tests.actions.rules.around import BY_THE_TRUST
from tests.actions.rules.made import LAST
from tests.actions.rules.places import KNOWN, SECTIONS, UNITS
from tests.actions.rules.work import municipality, partly, reason, unit, which, who
from tests.actions.rules.work_around import WorkAround

_MOVES: tuple[tuple[str, str, Callable[..., Any], dict[str, Any]], ...] = (
    ("training", "open", open_for_registration, {}),
    ("open", "correction", begin_correction, {}),
    ("correction", "open", end_correction, {"reason": ReopeningReason.ANSWER_WRONG}),
)


class AllWork(WorkAround):
    """Everything that people do in a round."""

    @initialize(stage=st.integers(0, 5))
    def begins(self, stage: int) -> None:
        """Some work begins in training, some when much has been done already."""
        if stage >= 1:
            self.move("trust", 0)
        if stage >= 2:
            self.start("registrar A", "A", KNOWN)
            self.start("lead A", "A", "new 1")
            self.start("lead C", "C", "new 1")
            # Two have the same page open, and one of them saves.
            self.page_of("registrar A", "r2")
            self.save("lead A", "r2", LAST, frozenset())
        if stage in (2, 3):
            self.start("registrar B", "B", "new 1", also=True)
        if stage >= 3:
            for place in UNITS:
                self.finish(place)
        if stage >= 4:
            for place in ("M", "N"):
                self.approve(f"coordinator {place}", place)
        if stage == 5:
            self.move("trust", 1)
            self.open_municipality("trust", "M", BY_THE_TRUST)
            self.open_unit("coordinator M", "A", "answer_wrong")

    @rule(draw=who, place=unit, nothing=st.booleans())
    def closes_unit(self, draw: int, place: str, nothing: bool) -> None:
        """Somebody submits a unit, or says that it has nobody."""
        self.close_unit(self.somebody(draw, "close unit", place), place, nothing=nothing)

    def close_unit(self, who: str, place: str, *, nothing: bool) -> None:
        """Close it."""
        self.both(
            lambda: self.law.close_unit(who, place, nothing=nothing),
            self.in_unit(declare_nothing_to_report if nothing else submit_unit, who, place),
        )

    @rule(draw=who, place=unit, why=reason)
    def opens_unit(self, draw: int, place: str, why: str) -> None:
        """Somebody opens a unit again."""
        self.open_unit(self.somebody(draw, "reopen unit", place), place, why)

    def open_unit(self, who: str, place: str, why: str) -> None:
        """Open it again."""
        self.both(
            lambda: self.law.reopen_unit(who, place, why),
            self.in_unit(reopen_unit, who, place, reason=ReopeningReason(why)),
        )

    @precondition(lambda self: "open" in self.law.units.values())
    @rule(draw=which)
    def finishes(self, draw: int) -> None:
        """A lead does all that is left, so that what comes after is reached too."""
        open_units = [place for place, state in self.law.units.items() if state == "open"]
        self.finish(open_units[draw % len(open_units)])

    def finish(self, place: str) -> None:
        """Complete, submit and inform everybody, and close the unit."""
        who = f"lead {place}"
        for name in self.law.of(place):
            self.open_pages.pop((who, name), None)
            self.save(who, name, LAST, SECTIONS)
            self.submit(who, name)
            self.send_letters(who, [name])
        self.close_unit(who, place, nothing=not self.law.of(place))

    @rule(draw=who, place=municipality, leave_out=st.booleans())
    def approves(self, draw: int, place: str, leave_out: bool) -> None:
        """Somebody approves."""
        self.approve(self.somebody(draw, "approve", place), place, leave_out=leave_out)

    def approve(self, who: str, place: str, *, leave_out: bool = False) -> None:
        """Approve; what the checklist lacks is the same in both."""
        _, approved = self.both(
            lambda: self.law.approve(who, place, leave_out=leave_out),
            self.in_municipality(
                approve_municipality, who, place, leave_out_uninformed=leave_out, seen=True
            ),
        )
        if isinstance(approved, ApprovalNotPossibleError):
            assert {each.kind: each.count for each in approved.missing} == self.law.missing

    @rule(draw=who, place=municipality, why=reason)
    def opens_municipality(self, draw: int, place: str, why: str) -> None:
        """Somebody takes an approval back."""
        right = "move round" if why == BY_THE_TRUST else "approve"
        self.open_municipality(self.somebody(draw, right, place), place, why)

    def open_municipality(self, who: str, place: str, why: str) -> None:
        """Open it again."""
        self.both(
            lambda: self.law.reopen_municipality(who, place, why),
            self.in_municipality(reopen_municipality, who, place, reason=ReopeningReason(why)),
        )

    @rule(draw=who, place=municipality, part=partly, no=st.booleans())
    def sets_terms(self, draw: int, place: str, part: bool, no: bool) -> None:
        """Somebody sets how a municipality takes part."""
        who = self.somebody(draw, "set terms", place)
        self.both(
            lambda: self.law.set_terms(who, place, takes_part=part, anonymous=no),
            self.in_municipality(
                set_terms,
                who,
                place,
                takes_part=part,
                inclusion_rule=InclusionRule.LAST_12_MONTHS,
                mental_only_included=True,
                milder_included=True,
                deadline=None,
                identity_mode=IdentityMode.ANONYMOUS if no else IdentityMode.PSEUDONYMOUS,
                optional=frozenset(),
            ),
        )

    @rule(draw=who, step=st.integers(0, 2))
    def moves_round(self, draw: int, step: int) -> None:
        """Somebody moves the round."""
        self.move(self.somebody(draw, "move round", "trust"), step)

    def move(self, who: str, step: int) -> None:
        """Move it."""
        before, after, action, given = _MOVES[step]
        self.both(
            lambda: self.law.move_round(who, before, after),
            self.act(action, who, round_id=self.played.round_id, **given),
        )

    # Seldom: nothing much happens after it.
    @precondition(lambda self: "approved" in self.law.municipalities.values())
    @rule(draw=who, really=st.integers(0, 3))
    def freezes(self, draw: int, really: int) -> None:
        """Somebody freezes the round."""
        who = self.somebody(draw if really == 0 else 17, "freeze", "trust")
        self.both(
            lambda: self.law.freeze(who),
            self.act(
                freeze_round,
                who,
                keys=self.played.keys.for_the_freeze(),
                round_id=self.played.round_id,
            ),
        )
