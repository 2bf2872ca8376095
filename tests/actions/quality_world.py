"""A municipality with registrations of two years, put straight into the store."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from brukerplan.actions.accounts import grant
from brukerplan.persistence.answers import encode
from brukerplan.persistence.tables import (
    REGISTRATION,
    MappingRound,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.levels import overall_level
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, World

AREAS = edition_for_year(2026).level_rule.areas
GREENS: dict[str, Value] = dict.fromkeys(AREAS, "green")
REDS: dict[str, Value] = dict.fromkeys(AREAS, "red")


def members(world: World) -> None:
    """Make the unit's people members, so that they can be asked."""
    for actor in (world.registrar, world.colleague, world.lead, world.coordinator):
        for held in actor.memberships:
            grant(
                world.database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )


def varied(serial: int) -> dict[str, Value]:
    """Answers without anything to ask about: no green person, no two alike in a row."""
    ratings: dict[str, Value] = dict.fromkeys(AREAS, "yellow")
    ratings |= {AREAS[serial % 8]: "red", AREAS[serial // 8 % 8]: "red"}
    return {
        "birth_year": 1950 + serial % 50,
        "gender": "female" if serial % 2 else "male",
        "substance_problem": "serious",
        "mental_problem": "serious",
        **ratings,
    }


def round_of(world: World, year: int, *, state: str = "open", code: str = "1103") -> int:
    """Add another year's round with the units of one municipality."""
    municipality_id = world.municipalities[code]
    with world.database.begin() as session:
        round_id = session.execute(
            sa.insert(MappingRound)
            .values(
                year=year,
                edition=edition_for_year(year).edition,
                owner_organisation_id=world.trust,
                state=state,
                synthetic=True,
                opens_on=date(year, 11, 1),
                deadline=date(year, 12, 15),
            )
            .returning(MappingRound.id)
        ).scalar_one()
        session.execute(
            sa.insert(RoundMunicipality).values(round_id=round_id, municipality_id=municipality_id)
        )
        for unit_id in world.units[code]:
            session.execute(sa.insert(RoundUnit).values(round_id=round_id, unit_id=unit_id))
    return round_id


def put(
    world: World,
    round_id: int,
    people: Iterable[tuple[int, Mapping[str, Value]]],
    *,
    unit_id: int | None = None,
    state: str = "submitted",
    code: str = "1103",
) -> list[uuid.UUID]:
    """Store registrations of these (serial, answers); the serial is the person."""
    unit_id = unit_id or world.unit
    municipality_id = world.municipalities[code]
    with world.database.begin() as session:
        key = world.keys.municipal(session, municipality_id, NOW).id
        rows: list[dict[str, Any]] = [
            {
                "id": uuid.uuid4(),
                "round_id": round_id,
                "unit_id": unit_id,
                "municipality_id": municipality_id,
                "municipal_pseudonym": hashlib.sha256(b"%d" % serial).digest(),
                "municipal_key_id": key,
                "case_label": f"K-{serial}",
                "state": state,
                "created_by": world.registrar.user_id,
                "created_at": NOW,
                "updated_by": world.registrar.user_id,
                "updated_at": NOW,
                "submitted_by": world.registrar.user_id if state == "submitted" else None,
                "submitted_at": NOW if state == "submitted" else None,
                **encode(answers),
            }
            for serial, answers in people
        ]
        session.execute(sa.insert(REGISTRATION), rows)
    return [row["id"] for row in rows]


def close_units(world: World, round_id: int, *unit_ids: int) -> None:
    """Let the units have submitted."""
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundUnit)
            .where(RoundUnit.round_id == round_id, RoundUnit.unit_id.in_(unit_ids))
            .values(state="submitted", submitted_at=NOW)
        )


def level_of(answers: Mapping[str, Value]) -> str:
    """The overall level of these answers, to see that a test is about what it says."""
    rule = edition_for_year(2026).level_rule
    return overall_level(rule, {area: str(answers[area]) for area in rule.areas}).level
