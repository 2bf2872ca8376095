"""Rounds of earlier years, frozen without having been mapped: rows straight into the store."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from brukerplan.actions.release import build_release, publish_release
from brukerplan.persistence.answers import encode
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    MappingRound,
    Organisation,
    RoundMunicipality,
)
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, World, complete

COLOURS = ("green", "yellow", "red", "unknown")


def frozen_round(
    world: World, year: int, persons: Mapping[str, int], *, inclusion_rule: str = "last_12_months"
) -> int:
    """Make a frozen round with this many fictive persons a municipality; return its id."""
    q = edition_for_year(year)
    draw = random.Random(year)
    places = {code: municipality_id(world, code) for code in persons}
    with world.database.begin() as session:
        round_id = session.execute(
            sa.insert(MappingRound)
            .values(
                year=year,
                edition=q.edition,
                owner_organisation_id=world.trust,
                synthetic=True,
                opens_on=date(year, 11, 1),
                deadline=date(year, 12, 15),
            )
            .returning(MappingRound.id)
        ).scalar_one()
        for code in persons:
            session.execute(
                sa.insert(RoundMunicipality).values(
                    round_id=round_id,
                    municipality_id=places[code],
                    inclusion_rule=inclusion_rule,
                    state="approved",
                    approved_at=NOW,
                )
            )
        rows = [
            {
                "id": uuid.uuid4(),
                "round_id": round_id,
                "municipality_code": code,
                "trust_pseudonym": None,
                "trust_key_id": None,
                **encode(
                    complete(
                        q,
                        birth_year=draw.randrange(1940, year - 16),
                        gender=draw.choice(["female", "male"]),
                        substance_problem=draw.choice(["none", "serious"]),
                        mental_problem=draw.choice(["less_serious", "serious"]),
                        **{area: draw.choice(COLOURS) for area in q.level_rule.areas},
                    )
                ),
            }
            for code, number in persons.items()
            for _ in range(number)
        ]
        session.execute(sa.insert(FROZEN_REGISTRATION), rows)
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == round_id)
            .values(state="frozen", frozen_by=world.administrator.user_id, frozen_at=NOW)
        )
    return round_id


def released_round(world: World, year: int, persons: Mapping[str, int]) -> int:
    """Make a frozen round, build its release and publish it; return the release's id."""
    round_id = frozen_round(world, year, persons)
    built = build_release(world.database, by=world.administrator, round_id=round_id, now=NOW)
    publish_release(world.database, by=world.administrator, release_id=built.id, now=NOW)
    return built.id


def municipality_id(world: World, code: str) -> int:
    """The municipality's organisation, made when it is not one of today's."""
    with world.database.begin() as session:
        found = session.scalar(
            sa.select(Organisation.id).where(
                Organisation.kind == "municipality", Organisation.code == code
            )
        )
        if found is not None:
            return found
        return session.execute(
            sa.insert(Organisation)
            .values(kind="municipality", code=code, name=f"Kommune {code}", parent_id=world.trust)
            .returning(Organisation.id)
        ).scalar_one()
