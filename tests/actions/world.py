"""A small world of fictive people: a trust with five municipalities, and an open round."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_organisation
from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.keys import Keys
from brukerplan.actions.letters import mark_informed
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.registering import submit_registration
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.actions.start import start_registration
from brukerplan.actions.units import declare_nothing_to_report, submit_unit
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.national_number import NationalNumber, parse, synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.questionnaire.answers import Value, applicable
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import UNKNOWN, Kind, Questionnaire

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
YEAR = 2026
CODES = ("1101", "1103", "1108", "1133", "1144")
BY_TODAY = date(2026, 12, 1)


@dataclass(frozen=True, slots=True)
class World:
    """Ids and people."""

    database: Database
    keys: Keys
    nation: int
    trust: int
    municipalities: dict[str, int]
    units: dict[str, tuple[int, int]]
    round_id: int
    registrar: Actor
    colleague: Actor
    lead: Actor
    coordinator: Actor
    officer: Actor
    administrator: Actor
    stranger: Actor

    @property
    def unit(self) -> int:
        """The unit where the registrar works, in Stavanger."""
        return self.units["1103"][0]

    @property
    def other_unit(self) -> int:
        """Another unit of the same municipality, where the colleague works."""
        return self.units["1103"][1]

    def start(
        self,
        serial: int = 0,
        *,
        label: str = "S-1",
        unit_id: int | None = None,
        also_elsewhere: bool = False,
    ) -> uuid.UUID:
        """Start a registration of the fictive person with this serial."""
        return start_registration(
            self.database,
            by=self.works_in(unit_id or self.unit),
            keys=self.keys,
            unit_id=unit_id or self.unit,
            round_id=self.round_id,
            number=person(serial),
            case_label=label,
            now=NOW,
            also_elsewhere=also_elsewhere,
        ).id

    def submit(
        self,
        serial: int = 0,
        *,
        unit_id: int | None = None,
        informed: bool = True,
        also_elsewhere: bool = False,
        **answers: Value,
    ) -> uuid.UUID:
        """Register a fictive person from start to submitted, and send the letter."""
        started = self.start(serial, unit_id=unit_id, also_elsewhere=also_elsewhere)
        submit_registration(
            self.database,
            by=self.works_in(unit_id or self.unit),
            registration_id=started,
            version=1,
            page="",
            answers=complete(edition_for_year(YEAR), **answers),
            confirmed={"missing_number": "situation", "none_chosen": "situation"},
            now=NOW,
        )
        if informed:
            self.inform(started, unit_id=unit_id)
        return started

    def inform(self, registration_id: uuid.UUID, *, unit_id: int | None = None) -> None:
        """Note that the person has been sent the letter."""
        mark_informed(
            self.database,
            by=self.works_in(unit_id or self.unit),
            registration_ids=(registration_id,),
            now=NOW,
        )

    def works_in(self, *unit_ids: int) -> Actor:
        """Somebody who may do everything in these units."""
        held = frozenset(Membership(Role.UNIT_LEAD, unit_id) for unit_id in unit_ids)
        return Actor(self.registrar.user_id, "Rita Registrerer", held)

    def approve(self, codes: Iterable[str] = CODES, *, persons: int = 2) -> None:
        """Let the municipalities map some persons each and be approved."""
        for code in codes:
            place = CODES.index(code)
            for unit_id in self.units[code]:
                lead = self.works_in(unit_id)
                first = 1_000 * place + 500 * self.units[code].index(unit_id)
                for serial in range(first, first + persons):
                    self.submit(serial, unit_id=unit_id)
                with self.database.read() as session:
                    unit = unit_progress(session, unit_id, self.round_id)
                finish = submit_unit if unit and unit.started else declare_nothing_to_report
                finish(self.database, by=lead, unit_id=unit_id, round_id=self.round_id, now=NOW)
            approve_municipality(
                self.database,
                by=self.coordinates(code),
                municipality_id=self.municipalities[code],
                round_id=self.round_id,
                now=NOW,
                # These people are much alike, which a quality check remarks on.
                seen=True,
            )

    def coordinates(self, code: str) -> Actor:
        """The coordinator of a municipality."""
        role = Membership(Role.COORDINATOR, self.municipalities[code])
        return Actor(self.coordinator.user_id, "Kari Koordinator", frozenset({role}))

    def freeze(self) -> None:
        """Freeze the round."""
        freeze_round(
            self.database,
            by=self.administrator,
            keys=self.keys.for_the_freeze(),
            round_id=self.round_id,
            now=NOW,
        )


def build(database: Database) -> World:
    """Make the world in an empty, migrated database."""

    def add(
        kind: OrganisationKind,
        code: str,
        name: str,
        parent_id: int | None,
        service: str | None = None,
    ) -> int:
        return create_organisation(
            database,
            kind=kind,
            code=code,
            name=name,
            parent_id=parent_id,
            service=service,
            now=NOW,
        )

    nation = add(OrganisationKind.NATION, "norge", "Norge", None)
    region = add(OrganisationKind.REGION, "helse-vest", "Helse Vest RHF", nation)
    trust = add(OrganisationKind.TRUST, "stavanger", "Stavanger", region)
    places = {
        code: add(OrganisationKind.MUNICIPALITY, code, f"Kommune {code}", trust) for code in CODES
    }
    units = {
        code: (
            add(
                OrganisationKind.UNIT,
                "rus",
                f"Rus- og psykisk helse {code}",
                places[code],
                "substance_mental_health",
            ),
            add(
                OrganisationKind.UNIT,
                "hjemme",
                f"Hjemmetjenesten {code}",
                places[code],
                "home_service",
            ),
        )
        for code in CODES
    }
    round_id = open_round(
        database,
        by=None,
        owner_id=trust,
        year=YEAR,
        opens_on=date(2026, 11, 2),
        deadline=date(2026, 12, 15),
        participants=[Participant(places[code], dict.fromkeys(units[code], 2)) for code in CODES],
        now=NOW,
        synthetic=True,
    )
    first, second = units["1103"]
    return World(
        database=database,
        keys=Keys(database, MasterKey(b"m" * 32)),
        nation=nation,
        trust=trust,
        municipalities=places,
        units=units,
        round_id=round_id,
        registrar=somebody(database, "Rita Registrerer", Role.REGISTRAR, first),
        colleague=somebody(database, "Kolbjørn Kollega", Role.REGISTRAR, second),
        lead=somebody(database, "Liv Leder", Role.UNIT_LEAD, first),
        coordinator=somebody(database, "Kari Koordinator", Role.COORDINATOR, places["1103"]),
        officer=somebody(database, "Per Personvern", Role.DATA_PROTECTION_OFFICER, places["1103"]),
        administrator=somebody(database, "Trine Trust", Role.TRUST_ADMINISTRATOR, trust),
        stranger=somebody(database, "Frode Fremmed", Role.REGISTRAR, units["1108"][0]),
    )


def somebody(database: Database, name: str, role: Role, organisation_id: int) -> Actor:
    """Add a user, with a hash nobody can meet, and give them a role."""
    with database.begin() as session:
        user_id = session.execute(
            sa.insert(UserAccount)
            .values(
                email=f"{name.split()[0].lower()}@eksempel.no", name=name, password_hash="no hash"
            )
            .returning(UserAccount.id)
        ).scalar_one()
    return Actor(user_id, name, frozenset({Membership(role, organisation_id)}))


def person(serial: int) -> NationalNumber:
    """A fictive person: a test number with month + 80, another one for every serial."""
    born = date(1960 + serial % 40, 1 + serial // 40 % 12, 1 + serial // 480 % 28)
    return parse(synthetic_number(born, "female", 0), today=BY_TODAY, allow_synthetic=True)


def complete(q: Questionnaire, **given: Value) -> dict[str, Value]:
    """Answers to every question that applies, unknown where nothing is given."""
    answers: dict[str, Value] = {
        "birth_year": 1980,
        "gender": "female",
        "substance_problem": "serious",
        "mental_problem": "serious",
        **given,
    }
    for variable in q.variables:
        if variable.id in answers or variable.optional:
            continue
        if variable.id not in applicable(q, answers):
            continue
        codes = [code.id for code in variable.codes]
        if variable.kind is Kind.MANY:
            answers[variable.id] = frozenset({codes[0]})
        elif variable.kind is Kind.ONE:
            answers[variable.id] = UNKNOWN if UNKNOWN in codes else codes[0]
        else:
            answers[variable.id] = 0
    return answers
