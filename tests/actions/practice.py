"""The small world with a round in training, planned as the trust plans it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from brukerplan.actions.rounds import Participant, plan_round
from brukerplan.persistence.tables import MappingRound, RoundMunicipality, RoundUnit
from tests.actions.world import NOW, YEAR, World

OPENS, DEADLINE = date(YEAR, 11, 2), date(YEAR, 12, 15)


def in_training(world: World) -> World:
    """The same world with a round that was planned as the trust does it."""
    with world.database.begin() as session:
        for table in (RoundUnit, RoundMunicipality, MappingRound):
            session.execute(sa.delete(table))
    return replace(world, round_id=plan(world))


def plan(
    world: World,
    *,
    year: int = YEAR,
    opens_on: date = OPENS,
    deadline: date = DEADLINE,
    codes: tuple[str, ...] = ("1103", "1108"),
) -> int:
    return plan_round(
        world.database,
        by=world.administrator,
        owner_id=world.trust,
        year=year,
        opens_on=opens_on,
        deadline=deadline,
        participants=[
            Participant(world.municipalities[code], dict.fromkeys(world.units[code], 0))
            for code in codes
        ],
        now=NOW,
    )
