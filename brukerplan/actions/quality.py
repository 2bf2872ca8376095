"""The checks across registrations, and what is asked about their findings."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import RegistrationNotFoundError, require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.asked import QueryLine, queries_of_municipality
from brukerplan.persistence.queries.organisations import OrganisationLine, organisations
from brukerplan.persistence.queries.quality import (
    CaseLine,
    cases,
    checked_registrations,
    open_units,
    persons_by_unit,
    round_before,
)
from brukerplan.persistence.queries.rounds import round_by_id
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables.states import QueryQuestion
from brukerplan.questionnaire.quality import (
    QualityFinding,
    check_numbers,
    check_registrations,
    in_order,
    needed_before,
)
from brukerplan.questionnaire.quality_checks import (
    ALL_ALIKE,
    BIRTH_YEAR_CHANGED,
    BORN_ABROAD_CHANGED,
    CHECKS,
    DISABILITY_GONE,
    GENDER_CHANGED,
    INJECTING_FORGOTTEN,
    KNOWN_LATER,
    LEVEL_LEAP,
    MUCH_UNKNOWN,
    ONLY_GREENS,
)
from brukerplan.questionnaire.registry import edition

QUESTION_OF: Mapping[str, QueryQuestion] = {
    ONLY_GREENS.id: QueryQuestion.SAME_AS_OTHERS,
    ALL_ALIKE.id: QueryQuestion.SAME_AS_OTHERS,
    MUCH_UNKNOWN.id: QueryQuestion.MUCH_UNKNOWN,
    LEVEL_LEAP.id: QueryQuestion.LARGE_CHANGE,
    **dict.fromkeys(
        (
            BIRTH_YEAR_CHANGED.id,
            GENDER_CHANGED.id,
            BORN_ABROAD_CHANGED.id,
            DISABILITY_GONE.id,
            INJECTING_FORGOTTEN.id,
            KNOWN_LATER.id,
        ),
        QueryQuestion.IS_THE_ANSWER_RIGHT,
    ),
}
"""What to ask the unit for each check; the missing persons of a unit have no registration."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as the page shows it: which check, which case, and what is asked about it.

    ``cases`` are the registrations that can be asked about.
    """

    finding: QualityFinding
    question: str | None
    variable: str | None
    cases: tuple[CaseLine, ...] = field(repr=False)
    query: QueryLine | None


@dataclass(frozen=True, slots=True)
class QualityView:
    """What the checks found in the municipality or in one unit, and every question there.

    ``compared_with`` is the year of the round before, ``None`` where there is none.
    """

    units: tuple[OrganisationLine, ...]
    lines: tuple[FindingLine, ...]
    queries: tuple[QueryLine, ...]
    compared_with: int | None


def findings(session: Session, municipality_id: int, round_id: int) -> tuple[QualityFinding, ...]:
    """Return what the checks across the municipality's submitted registrations find."""
    current = round_by_id(session, round_id)
    if current is None:
        return ()
    before = round_before(session, municipality_id, round_id)
    units = open_units(session, municipality_id, round_id)
    found: list[QualityFinding] = []
    if before is not None:
        persons = persons_by_unit(session, municipality_id, round_id)
        found += check_numbers(
            {unit_id: persons.get(unit_id, 0) for unit_id in units},
            before.persons,
            open_units=frozenset(unit_id for unit_id, still in units.items() if still),
            year=before.year,
        )
    rule_before = None if before is None else edition(before.edition).level_rule
    found += check_registrations(
        edition(current.edition),
        checked_registrations(
            session,
            municipality_id,
            round_id,
            before=before,
            needed_before=frozenset() if rule_before is None else needed_before(rule_before),
        ),
        previous_rule=rule_before,
        previous_year=0 if before is None else before.year,
    )
    return in_order(found)


def read_quality(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    unit_id: int | None = None,
    now: datetime,
) -> QualityView:
    """Return the findings with case labels and questions, never an answer.

    Parameters
    ----------
    unit_id
        Of this unit alone, as its lead sees it; ``None`` for the coordinator.

    Raises
    ------
    NotAllowedError
        The actor may not see this.
    """
    with database.begin(Door.MUNICIPALITY) as session:
        place = municipality_id if unit_id is None else unit_id
        needed = Permission.REGISTRATION_CHECK if unit_id is None else Permission.QUERY_ASK
        path = require_at(session, by, needed, place)
        if municipality_id not in path:
            raise RegistrationNotFoundError
        found = findings(session, municipality_id, round_id)
        before = round_before(session, municipality_id, round_id)
        queries = queries_of_municipality(session, municipality_id, round_id)
        if unit_id is not None:
            found = tuple(each for each in found if each.unit_id == unit_id)
            queries = tuple(query for query in queries if query.unit_id == unit_id)
        known = cases(session, {id_ for each in found for id_ in _about(each)})
        unit_ids = {each.unit_id for each in found if each.unit_id is not None}
        units = organisations(session, unit_ids | {query.unit_id for query in queries})
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="quality.read",
            organisation_id=place,
            subject=round_id,
            detail=f"findings={len(found)} queries={len(queries)} purpose=quality",
        )
    asked: defaultdict[uuid.UUID, list[QueryLine]] = defaultdict(list)
    for query in queries:
        asked[query.registration_id].append(query)
    return QualityView(
        units=units,
        lines=tuple(_line(each, known, asked) for each in found),
        queries=queries,
        compared_with=None if before is None else before.year,
    )


def _about(found: QualityFinding) -> tuple[uuid.UUID, ...]:
    return found.concerns if found.registration_id is None else (found.registration_id,)


def _line(
    found: QualityFinding,
    known: Mapping[uuid.UUID, CaseLine],
    asked: Mapping[uuid.UUID, list[QueryLine]],
) -> FindingLine:
    question = QUESTION_OF.get(found.check)
    variable = CHECKS[found.check].variable
    about = _about(found)
    same = [
        query
        for id_ in about
        for query in asked.get(id_, ())
        if (query.question, query.variable) == (question, variable)
    ]
    # One that waits for something stands before those that are closed.
    newest = max(same, key=lambda query: (query.closed_at is None, query.asked_at), default=None)
    labelled = sorted((known[id_] for id_ in about if id_ in known), key=lambda c: c.case_label)
    return FindingLine(found, question, variable, tuple(labelled), newest)
