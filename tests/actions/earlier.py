"""An earlier year's round, mapped by the units themselves with that year's edition."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from brukerplan.actions.registering import save_draft, submit_registration
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.actions.start import RegistrationStarted, start_registration
from brukerplan.identity.national_number import NationalNumber
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import CODES, World, complete, person


def in_year(world: World, year: int) -> World:
    """The same world in the round of another year, open in December of it."""
    round_id = open_round(
        world.database,
        by=None,
        owner_id=world.trust,
        year=year,
        opens_on=date(year, 11, 2),
        deadline=date(year, 12, 15),
        participants=[
            Participant(world.municipalities[code], dict.fromkeys(world.units[code], 2))
            for code in CODES
        ],
        now=december(year),
        synthetic=True,
    )
    return replace(world, round_id=round_id)


def december(year: int) -> datetime:
    """A moment when the round of the year is open."""
    return datetime(year, 12, 1, 9, 30, tzinfo=UTC)


def begin(
    world: World,
    year: int,
    serial: int,
    *,
    number: NationalNumber | None = None,
    label: str = "",
    unit_id: int | None = None,
) -> RegistrationStarted:
    """Start on a fictive person in the round of the year, without a label if none is given."""
    unit_id = unit_id or world.unit
    return start_registration(
        world.database,
        by=world.works_in(unit_id),
        keys=world.keys,
        unit_id=unit_id,
        round_id=world.round_id,
        number=number or person(serial),
        case_label=label,
        now=december(year),
    )


def register(
    world: World,
    year: int,
    serial: int,
    answers: Mapping[str, Value] | None = None,
    *,
    label: str,
    unit_id: int | None = None,
    draft: bool = False,
) -> uuid.UUID:
    """Register a fictive person in the round of the year, to the end or as a draft."""
    unit_id = unit_id or world.unit
    started = begin(world, year, serial, label=label, unit_id=unit_id).id
    given = complete(edition_for_year(year), **(answers or {}))
    by = world.works_in(unit_id)
    if draft:
        save_draft(
            world.database,
            by=by,
            registration_id=started,
            version=1,
            page="",
            answers=given,
            now=december(year),
        )
        return started
    submit_registration(
        world.database,
        by=by,
        registration_id=started,
        version=1,
        page="",
        answers=given,
        accepted=frozenset(section.id for section in edition_for_year(year).sections),
        confirmed={"missing_number": "not_sure", "none_chosen": "not_sure"},
        now=december(year),
    )
    return started
