"""A round that is over and one that is open, with a person whom the unit knows from before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from brukerplan.actions.registering import submit_registration
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.identity import synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound
from tests.actions.world import NOW, YEAR, person
from tests.journey.persons import IN_LAR, everything
from tests.journey.planted import plant

# The planted registrar's person, and two whom nobody knows.
KNOWN_NUMBER = synthetic_number(date(1960, 1, 1), "female", 0)
NEW_NUMBERS = tuple(synthetic_number(date(1987, 3, day), "male", 5) for day in (4, 5))


def two_years(database: Database) -> str:
    """Make both rounds in a migrated database; return the registrar's address for signing in."""
    world, (planted,) = plant(database, 1)
    assert person(0).birth_date == date(1960, 1, 1)
    submit_registration(
        database,
        by=world.lead,
        registration_id=planted.registration_id,
        version=1,
        page="",
        answers=everything(IN_LAR, birth_year=1960, gender="female"),
        confirmed={},
        now=NOW,
    )
    today = datetime.now(UTC).date()
    with database.begin() as session:
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == world.round_id)
            .values(state="frozen", frozen_by=world.administrator.user_id, frozen_at=NOW)
        )
    open_round(
        database,
        by=None,
        owner_id=world.trust,
        year=YEAR + 1,
        opens_on=today - timedelta(days=1),
        deadline=today + timedelta(days=30),
        participants=[Participant(world.municipalities["1103"], {world.unit: 2})],
        now=NOW,
        synthetic=True,
    )
    return planted.email
