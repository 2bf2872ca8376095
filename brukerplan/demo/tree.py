"""The demonstration's organisations and users."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import Role
from brukerplan.access.services import SERVICE_KINDS
from brukerplan.actions.accounts import create_user, grant
from brukerplan.actions.areas import NATION
from brukerplan.actions.legal_bases import record_basis, state_service
from brukerplan.actions.oslo import oslo_day
from brukerplan.demo.accounts import DEMO_ACCOUNTS, Workplace
from brukerplan.demo.population import Population
from brukerplan.demo.units import UNIT_KINDS
from brukerplan.geography import Municipality, municipality, trust_key
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.tables import Organisation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind

STAVANGER_TRUST = "stavanger"
# Chosen for the demo, so that both forms are seen; not the municipalities' own decision.
NYNORSK = frozenset({"1133", "1144"})
# Trusts whose name begins so; the catchment is named without it.
HELSE = frozenset({"Stavanger", "Bergen", "Fonna", "Førde", "Møre og Romsdal", "Nord-Trøndelag"})

NAV_GROUND, NAV_REFERENCE = "social_services_12", "2015/301-7"

_ADMINISTERS = (Role.TRUST_ADMINISTRATOR, Role.TRUST_ANALYST)
_HAND = "demooppsett@demo.example"


@dataclass(frozen=True, slots=True)
class Tree:
    """Ids of the organisations: trusts by key, municipalities by code, units by code and kind.

    ``owner`` runs the rounds: the health trust, or the nation in the national demo.
    """

    nation: int
    owner: int
    trusts: Mapping[str, int]
    municipalities: Mapping[str, int]
    units: Mapping[tuple[str, str], int]

    def units_of(self, code: str) -> tuple[tuple[int, int], ...]:
        """Return the municipality's units as (index of the kind, id)."""
        return tuple(
            (kind, self.units[code, found.id])
            for kind, found in enumerate(UNIT_KINDS)
            if (code, found.id) in self.units
        )


@dataclass(frozen=True, slots=True)
class Staff:
    """Who does things in the demo's history.

    ``hand`` is an account nobody can sign in to; it stands for every registrar, unit lead and
    coordinator who has no account of their own here, and every data protection officer.
    """

    hand: Actor
    administrator: Actor
    registrars: Mapping[int, int]
    officers: Mapping[int, int]


def plant_tree(database: Database, population: Population, *, now: datetime) -> Tree:
    """Make nation, regions, trusts, every municipality that is ever in the area, and units."""
    places = _places(population)
    with database.begin() as session:

        def add(kind: OrganisationKind, code: str, name: str, parent_id: int | None) -> int:
            language = "nn" if code in NYNORSK else "nb"
            row = Organisation(
                kind=kind, code=code, name=name, parent_id=parent_id, language=language
            )
            session.add(row)
            session.flush()
            return row.id

        nation = add(OrganisationKind.NATION, NATION, "Norge", None)
        regions = {
            name: add(OrganisationKind.REGION, trust_key(name), name, nation)
            for name in sorted({place.regional_health_authority for place in places.values()})
        }
        authorities = {
            place.health_trust: place.regional_health_authority for place in places.values()
        }
        trusts = {
            name: add(
                OrganisationKind.TRUST, trust_key(name), _trust_name(name), regions[authority]
            )
            for name, authority in sorted(authorities.items())
        }
        municipalities = {
            code: add(OrganisationKind.MUNICIPALITY, code, place.name, trusts[place.health_trust])
            for code, place in sorted(places.items())
        }
        units = {
            (code, kind.id): add(
                OrganisationKind.UNIT,
                kind.id,
                f"{kind.name}, {places[code].name}",
                municipalities[code],
            )
            for code, kinds in sorted(_unit_kinds(population).items())
            for kind in (UNIT_KINDS[index] for index in sorted(kinds))
        }
        services = {kind.id: kind.service for kind in UNIT_KINDS}
        for (_, kind_id), unit_id in units.items():
            state_service(session, unit_id, services[kind_id], user_id=None, now=now)
    by_key = {trust_key(name): found for name, found in trusts.items()}
    owner = nation if population.area == "national" else by_key[STAVANGER_TRUST]
    return Tree(nation, owner, by_key, municipalities, units)


def hire(database: Database, tree: Tree, *, now: datetime) -> Staff:
    """Make the demo accounts with their roles, and the hand."""
    registrars: dict[int, int] = {}
    officers: dict[int, int] = {}
    administrator: int | None = None
    for account in DEMO_ACCOUNTS:
        held = [(role, _organisation(tree, workplace)) for role, workplace in account.roles]
        places = [(role, place) for role, place in held if place is not None]
        if not places:
            # A history cut short may end before today's municipalities were made.
            continue
        user_id = create_user(
            database,
            email=account.email,
            name=account.name,
            password=account.password,
            language=account.language,
            now=now,
        )
        for role, place in places:
            grant(database, user_id=user_id, organisation_id=place, role=role, now=now)
            if role is Role.REGISTRAR:
                registrars[place] = user_id
            if role is Role.DATA_PROTECTION_OFFICER:
                officers[place] = user_id
            if role in _ADMINISTERS and place != tree.owner:
                grant(database, user_id=user_id, organisation_id=tree.owner, role=role, now=now)
            if role is Role.TRUST_ADMINISTRATOR:
                administrator = user_id
    hand = create_user(
        database,
        email=_HAND,
        name="Demooppsett",
        password=secrets.token_urlsafe(32),
        now=now,
    )
    with database.begin() as session:
        session.execute(sa.update(UserAccount).where(UserAccount.id == hand).values(active=False))
        administers = actor(session, administrator) if administrator else None
    assert administers is not None  # DEMO_ACCOUNTS has one
    # Held in memory only: no row in the database gives anyone a role over the whole country.
    over_all = frozenset(
        Membership(role, tree.nation) for role in (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)
    )
    return Staff(Actor(hand, "Demooppsett", over_all), administers, registrars, officers)


def record_bases(database: Database, tree: Tree, staff: Staff, *, now: datetime) -> None:
    """Record what NAV's units rest on, by the municipality's officer or the hand for them."""
    off = {kind.id for kind in UNIT_KINDS if SERVICE_KINDS[kind.service].default_ground is None}
    for (code, kind_id), unit_id in tree.units.items():
        if kind_id not in off:
            continue
        officer = staff.officers.get(tree.municipalities[code], staff.hand.user_id)
        record_basis(
            database,
            by=Actor(officer, staff.hand.name, staff.hand.memberships),
            unit_id=unit_id,
            ground=NAV_GROUND,
            reference=NAV_REFERENCE,
            first_day=oslo_day(now),
            last_day=None,
            now=now,
        )


def _trust_name(catchment: str) -> str:
    return f"Helse {catchment}" if catchment in HELSE else catchment


def _places(population: Population) -> dict[str, Municipality]:
    """Return every municipality that takes part in some year, as it was then."""
    return {
        code: municipality(code, year)
        for year, mapped in population.years.items()
        for code in mapped.took_part
    }


def _unit_kinds(population: Population) -> dict[str, set[int]]:
    """Return which kinds of unit each municipality has: two, and a team where one is needed."""
    found: dict[str, set[int]] = {}
    for mapped in population.years.values():
        for code in mapped.took_part:
            found.setdefault(code, {0, 1})
        pairs = set(zip(mapped.municipality.tolist(), mapped.unit_kind.tolist(), strict=True))
        for code, kind in pairs:
            found[code].add(kind)
    return found


def _organisation(tree: Tree, workplace: Workplace) -> int | None:
    if workplace.kind == "nation":
        return tree.nation
    if workplace.kind == "trust":
        return tree.trusts[workplace.code]
    if workplace.unit is None:
        return tree.municipalities.get(workplace.code)
    return tree.units.get((workplace.code, workplace.unit))
