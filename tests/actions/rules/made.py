"""The world that is played in: last year is over, and this year is planned."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_organisation, grant
from brukerplan.actions.keys import Keys
from brukerplan.actions.registering import submit_registration
from brukerplan.actions.rounds import Participant, open_round, plan_round
from brukerplan.actions.start import start_registration
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound
from brukerplan.persistence.tables.states import OrganisationKind
from tests.actions.rules.places import KNOWN, PEOPLE, UNITS, Answers
from tests.actions.rules.played import Played
from tests.actions.rules.words import FIRST_MOMENT, YEAR, number_of, to_program
from tests.actions.world import somebody

LAST: Answers = {"rest": "yes", "housing": "green", "network": "yellow", "children_under_18": "1"}
_ROLES = {
    "registrar": Role.REGISTRAR,
    "lead": Role.UNIT_LEAD,
    "coordinator": Role.COORDINATOR,
    "administrator": Role.TRUST_ADMINISTRATOR,
}


def build_played(database: Database) -> Played:
    """Make the world: a round that is over, with one person known to unit A, and a planned one."""
    places = _places(database)
    actors = _people(database, places)
    keys = Keys(database, MasterKey(b"m" * 32))
    participants = [
        Participant(
            places[municipality],
            {places[unit]: 2 for unit, place in UNITS.items() if place == municipality},
        )
        for municipality in "MN"
    ]
    last_round = open_round(
        database,
        by=None,
        owner_id=places["trust"],
        year=YEAR - 1,
        opens_on=date(YEAR - 1, 11, 2),
        deadline=date(YEAR - 1, 12, 15),
        participants=participants,
        now=FIRST_MOMENT,
        synthetic=True,
    )
    _known_last_year(database, keys, actors["registrar A"], places["A"], last_round)
    planned = plan_round(
        database,
        by=actors["trust"],
        owner_id=places["trust"],
        year=YEAR,
        opens_on=date(YEAR, 11, 2),
        deadline=date(YEAR, 12, 15),
        participants=participants,
        now=FIRST_MOMENT,
        synthetic=True,
    )
    return Played(database, keys, planned, places, actors)


def _places(database: Database) -> dict[str, int]:
    places: dict[str, int] = {}

    def add(kind: OrganisationKind, name: str, parent: str | None, code: str = "") -> None:
        places[name] = create_organisation(
            database,
            kind=kind,
            code=code or name.lower(),
            name=f"Sted {name}",
            parent_id=None if parent is None else places[parent],
            now=FIRST_MOMENT,
            service="other_health" if kind == OrganisationKind.UNIT else None,
        )

    add(OrganisationKind.NATION, "norge", None)
    add(OrganisationKind.REGION, "region", "norge")
    add(OrganisationKind.TRUST, "trust", "region")
    add(OrganisationKind.MUNICIPALITY, "M", "trust", "1103")
    add(OrganisationKind.MUNICIPALITY, "N", "trust", "1108")
    for unit, municipality in UNITS.items():
        add(OrganisationKind.UNIT, unit, municipality)
    return places


def _people(database: Database, places: dict[str, int]) -> dict[str, Actor]:
    actors = {}
    for serial, (who, (role, home)) in enumerate(PEOPLE.items()):
        actors[who] = somebody(database, f"p{serial} {who}", _ROLES[role], places[home])
        grant(
            database,
            user_id=actors[who].user_id,
            organisation_id=places[home],
            role=_ROLES[role],
            now=FIRST_MOMENT,
        )
    return actors


def _known_last_year(
    database: Database, keys: Keys, by: Actor, unit_id: int, round_id: int
) -> None:
    now = FIRST_MOMENT - timedelta(days=365)
    started = start_registration(
        database,
        by=by,
        keys=keys,
        unit_id=unit_id,
        round_id=round_id,
        number=number_of(KNOWN),
        case_label="S-1",
        now=now,
    )
    submit_registration(
        database,
        by=by,
        registration_id=started.id,
        version=1,
        page="",
        answers=to_program(LAST, KNOWN),
        now=now,
    )
    with database.begin() as session:
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == round_id)
            .values(state="frozen", frozen_by=by.user_id, frozen_at=now)
        )
