"""What is left to settle in the open round: nobody's page in the demo is without a task.

In Stavanger two units know the same two persons, some letters are not sent, some birth years
are not those of last year, the coordinator has asked about two registrations, and one person
has said no.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from brukerplan.actions.keys import Keys
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.querying import ask
from brukerplan.demo.population import MappedYear
from brukerplan.demo.tree import Staff, Tree
from brukerplan.demo.units import UNIT_KINDS
from brukerplan.demo.written import Identities, case_label
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables.states import QueryQuestion, RegistrationState

PLACE, TEAM, ALSO = "1103", "follow_up_team", "substance_and_mental_health"
TWICE = 2
WITHOUT_LETTER = 5
# Slips of the finger, which the checks find where the person was mapped last year too.
WITH_ANOTHER_BIRTH_YEAR = 4
QUESTIONS = (
    (QueryQuestion.LARGE_CHANGE, "housing"),
    (QueryQuestion.MUCH_UNKNOWN, None),
)
NUMBERS_TO_TRY = 3

# What the other unit answered otherwise, a day later: numbers of codes. None of these is odd
# beside another answer, so either side can be chosen and the registration stays complete.
_OTHERWISE = {"economy": 2, "physical_health": 2, "network": 2, "crisis_plan": 1}
_LATER = timedelta(days=1)


def with_loose_ends(rows: Sequence[dict[str, Any]], tree: Tree) -> list[dict[str, Any]]:
    """Return the rows with two persons registered twice and some letters not sent."""
    team, other = tree.units.get((PLACE, TEAM)), tree.units.get((PLACE, ALSO))
    done = [
        row
        for row in rows
        if row["unit_id"] == team and row["state"] == RegistrationState.SUBMITTED
    ]
    begin = TWICE + len(QUESTIONS)
    slipped = {row["id"] for row in done[begin : begin + WITH_ANOTHER_BIRTH_YEAR]}
    unsent = {row["id"] for row in done[-WITHOUT_LETTER:]}
    found = [
        row
        | ({"informed_at": None, "informed_by": None} if row["id"] in unsent else {})
        | ({"birth_year": row["birth_year"] - 1} if row["id"] in slipped else {})
        for row in rows
    ]
    twice = [] if other is None else done[:TWICE]
    return found + [
        row
        | {name: code for name, code in _OTHERWISE.items() if row.get(name) is not None}
        | {name: row[name] + _LATER for name in ("created_at", "updated_at", "submitted_at")}
        | {"id": uuid.uuid4(), "unit_id": other, "case_label": f"R-{row['case_label'][2:]}"}
        for row in twice
    ]


def leave_loose_ends(
    database: Database,
    rows: Sequence[dict[str, Any]],
    *,
    tree: Tree,
    staff: Staff,
    keys: Keys,
    opted_out: int | None,
    identities: Identities,
    round_id: int,
    now: datetime,
) -> None:
    """Ask about two registrations of the team, and let one person who was not begun say no."""
    team = tree.units.get((PLACE, TEAM))
    done = [
        row
        for row in rows
        if row["unit_id"] == team and row["state"] == RegistrationState.SUBMITTED
    ]
    for row, (question, variable) in zip(done[TWICE:], QUESTIONS, strict=False):
        ask(
            database,
            by=staff.hand,
            registration_id=row["id"],
            question=question,
            variable=variable,
            now=now,
        )
    if opted_out is not None:
        opt_out(
            database,
            by=staff.hand,
            keys=keys,
            municipality_id=tree.municipalities[PLACE],
            round_id=round_id,
            number=identities.number(opted_out, now.date()),
            now=now,
        )


def not_begun(mapped: MappedYear, rows: Sequence[dict[str, Any]], tree: Tree) -> list[int]:
    """Return the team's persons of the year that nobody has begun on, as person indexes."""
    team = tree.units.get((PLACE, TEAM))
    begun = {row["case_label"] for row in rows if row["unit_id"] == team}
    return [
        int(person)
        for person, code, kind in zip(
            mapped.person, mapped.municipality, mapped.unit_kind, strict=True
        )
        if code == PLACE
        and UNIT_KINDS[int(kind)].id == TEAM
        and case_label(int(person)) not in begun
    ]


def numbers_to_try(
    persons: Sequence[int], earlier: MappedYear | None, identities: Identities
) -> list[str]:
    """Return test numbers of some of the persons whom the team mapped the year before."""
    if earlier is None:
        return []
    at = dict(zip(earlier.person.tolist(), range(earlier.person.size), strict=True))
    known = [
        person
        for person in persons
        if person in at
        and str(earlier.municipality[at[person]]) == PLACE
        and UNIT_KINDS[int(earlier.unit_kind[at[person]])].id == TEAM
    ]
    return [identities.persons.national_number(person) for person in known[:NUMBERS_TO_TRY]]
