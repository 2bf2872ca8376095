"""Which municipality an address names, for the guards of pages about its units and people."""

from __future__ import annotations

from brukerplan import geography
from brukerplan.persistence.queries import organisations
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.web.services import services


def municipality_path(code: str, year: int, **_: object) -> tuple[int, ...] | None:
    """Find the municipality with its ancestors.

    What else the address names is asked for by the view, below this municipality.
    """
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        if found is None:
            # It may have had this number once: then say what its number is now.
            geography.municipality(code, year)
            return None
        return organisations.organisation_path(session, found.id)
