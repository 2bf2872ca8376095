"""Building the tree from the product's own data: who lies below whom is known, not typed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from brukerplan.actions.accounts import create_organisation
from brukerplan.actions.areas import NATION
from brukerplan.actions.oslo import oslo_day
from brukerplan.geography import (
    UnknownRegionalHealthAuthorityError,
    health_trust,
    municipality,
    regional_health_authorities,
    trust_key,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import OrganisationLine, organisation_by_code
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark


class OtherNationError(UserError):
    """Releases and reports know the nation by one code."""

    message: ClassVar[str] = mark("Landet har koden %(code)s. Bruk den.")


class NothingAboveError(UserError):
    """What the organisation lies below is not there yet."""

    message: ClassVar[str] = mark(
        "Organisasjonen hører til %(above)s (%(kind)s), som ikke er lagt til. Legg til den først."
    )


class OtherParentError(UserError):
    """It lies below something else."""

    message: ClassVar[str] = mark(
        "Organisasjonen hører til %(above)s, ikke til %(given)s. Bruk koden %(above)s, eller la "
        "være å oppgi den."
    )


class _Place(NamedTuple):
    name: str
    above: tuple[OrganisationKind, str] | None


def add_organisation(
    database: Database,
    *,
    kind: OrganisationKind,
    code: str,
    name: str = "",
    parent_code: str | None = None,
    language: str = "nb",
    now: datetime,
) -> OrganisationLine:
    """Add a nation, region, trust or municipality below the one it belongs to today.

    Numbers are published by the same data: a municipality below another trust than its own
    would be counted in one place and administered from another.

    Parameters
    ----------
    name
        Empty: as the data have it.
    parent_code
        Only to be told where one is wrong.

    Raises
    ------
    OtherNationError, UnknownRegionalHealthAuthorityError, UnknownHealthTrustError, \
UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError
        There is none with this code today.
    OtherParentError, NothingAboveError, OrganisationExistsError
        It cannot be added there, not yet, or is there.
    """
    place = _known(kind, code, oslo_day(now).year)
    above = None if place.above is None else place.above[1]
    if parent_code not in (None, above):
        raise OtherParentError(above=above or "–", given=parent_code)
    parent = None
    if place.above is not None:
        with database.read() as session:
            parent = organisation_by_code(session, *place.above)
        if parent is None:
            raise NothingAboveError(kind=place.above[0], above=above)
    parent_id = None if parent is None else parent.id
    name = name.strip() or place.name
    made = create_organisation(
        database,
        kind=kind,
        code=code,
        name=name,
        parent_id=parent_id,
        language=language,
        now=now,
    )
    return OrganisationLine(made, kind, code, name, parent_id, language)


def _known(kind: OrganisationKind, code: str, year: int) -> _Place:
    if kind is OrganisationKind.NATION:
        if code != NATION:
            raise OtherNationError(code=NATION)
        return _Place("Norge", None)
    if kind is OrganisationKind.REGION:
        names = {region.key: region.name for region in regional_health_authorities(year)}
        if code not in names:
            raise UnknownRegionalHealthAuthorityError(region=code, known=", ".join(names))
        return _Place(names[code], (OrganisationKind.NATION, NATION))
    if kind is OrganisationKind.TRUST:
        trust = health_trust(code, year)
        region = trust_key(trust.regional_health_authority)
        return _Place(trust.name, (OrganisationKind.REGION, region))
    found = municipality(code, year)
    return _Place(found.name, (OrganisationKind.TRUST, found.health_trust_key))
