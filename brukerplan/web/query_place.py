"""Which unit a question or the registration it is about belongs to."""

from __future__ import annotations

import uuid

from brukerplan.persistence.queries.asked import query_by_id
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.queries.registrations import registration
from brukerplan.web.services import services


def place_of_asked(registration_id: uuid.UUID) -> tuple[int, ...] | None:
    """Find the registration's unit with its ancestors."""
    with services().database.read() as session:
        found = registration(session, registration_id)
    return None if found is None else found.organisation_path


def place_of_query(query_id: uuid.UUID) -> tuple[int, ...] | None:
    """Find the unit, with its ancestors, of the registration a question is about."""
    with services().database.read() as session:
        found = query_by_id(session, query_id)
        return None if found is None else organisation_path(session, found.unit_id)
