"""Opening a year's round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import round_of_year
from brukerplan.persistence.tables import (
    MappingRound,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.states import InclusionRule
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.translation import UserError, mark


class RoundExistsError(UserError):
    """The year has its round."""

    message: ClassVar[str] = mark("Det finnes allerede en kartleggingsrunde for %(year)s.")


class RoundDatesError(UserError):
    """The deadline is before the opening."""

    message: ClassVar[str] = mark(
        "Fristen må være samme dag som åpningen eller senere. Rett datoene."
    )


class NotOptionalError(UserError):
    """Turned on something that is not an optional question of the edition."""

    message: ClassVar[str] = mark(
        "%(variables)s er ikke valgfrie spørsmål i spørreskjemaet for %(year)s."
    )


@dataclass(frozen=True, slots=True)
class Participant:
    """A municipality that takes part: its terms, and how many persons each unit expects."""

    municipality_id: int
    units: Mapping[int, int] = field(default_factory=dict)
    inclusion_rule: InclusionRule = InclusionRule.LAST_12_MONTHS
    mental_only_included: bool = True
    milder_included: bool = True
    optional: frozenset[str] = frozenset()


def open_round(
    database: Database,
    *,
    by: Actor | None,
    owner_id: int,
    year: int,
    opens_on: date,
    deadline: date,
    participants: Sequence[Participant],
    now: datetime,
    synthetic: bool = False,
) -> int:
    """Open the round of a year with the edition that applies to it; return its id.

    Parameters
    ----------
    by
        ``None`` on the command line, where the machine's owner sets up.
    synthetic
        The round holds fictive persons, and everything made from it says so.

    Raises
    ------
    NotAllowedError, NoEditionForYearError, RoundExistsError, RoundDatesError, NotOptionalError
        The round cannot be opened like this.
    """
    q = edition_for_year(year)
    can_be_optional = {variable.id for variable in q.variables if variable.optional}
    for participant in participants:
        if wrong := participant.optional - can_be_optional:
            raise NotOptionalError(variables=", ".join(sorted(wrong)), year=year)
    if deadline < opens_on:
        raise RoundDatesError
    with database.begin() as session:
        if by is not None:
            require_at(session, by, Permission.ROUND_ADMINISTER, owner_id)
        if round_of_year(session, year) is not None:
            raise RoundExistsError(year=year)
        opened = MappingRound(
            year=year,
            edition=q.edition,
            owner_organisation_id=owner_id,
            opens_on=opens_on,
            deadline=deadline,
            synthetic=synthetic,
        )
        session.add(opened)
        session.flush()
        for participant in participants:
            session.execute(
                sa.insert(RoundMunicipality).values(
                    round_id=opened.id,
                    municipality_id=participant.municipality_id,
                    inclusion_rule=participant.inclusion_rule,
                    mental_only_included=participant.mental_only_included,
                    milder_included=participant.milder_included,
                )
            )
        optional = [
            {"round_id": opened.id, "municipality_id": each.municipality_id, "variable": name}
            for each in participants
            for name in sorted(each.optional)
        ]
        units = [
            {"round_id": opened.id, "unit_id": unit_id, "expected": expected}
            for each in participants
            for unit_id, expected in each.units.items()
        ]
        if optional:
            session.execute(sa.insert(RoundOptionalVariable), optional)
        if units:
            session.execute(sa.insert(RoundUnit), units)
        log(
            session,
            at=now,
            user_id=None if by is None else by.user_id,
            action="round.opened",
            organisation_id=owner_id,
            subject=opened.id,
            detail=f"year={year} municipalities={len(participants)}",
        )
        return opened.id
