"""Which registration an address means, and who may open it."""

from __future__ import annotations

import uuid

from flask import abort, g, request

from brukerplan.access.permissions import Permission
from brukerplan.actions.reading import open_registration
from brukerplan.persistence.queries import organisations, registrations, rounds
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.services import services


def place_of_registration(registration_id: uuid.UUID) -> tuple[int, ...] | None:
    """Find the unit with its ancestors, and keep what was read for the view."""
    with services().database.read() as session:
        found = registrations.registration(session, registration_id)
        if found is None:
            return None
        g.registration = found
        g.optional = rounds.optional_variables(session, found.round_id, found.municipality_id)
        g.unit = organisations.organisation(session, found.unit_id)
    return found.organisation_path


# A stranger's registration and one that does not exist give the same answer.
reads = permission(Permission.REGISTRATION_READ, organisation=place_of_registration, hidden=True)
writes = permission(Permission.REGISTRATION_WRITE, organisation=place_of_registration, hidden=True)
submits = permission(
    Permission.REGISTRATION_SUBMIT, organisation=place_of_registration, hidden=True
)


def opened(registration_id: uuid.UUID) -> RegistrationView:
    """Read it through the use case, which writes in the access log who has read."""
    return open_registration(
        services().database,
        by=current_actor(),
        registration_id=registration_id,
        now=now(),
    )


def version() -> int:
    """Return the version the form was filled in from; 400 when it does not say."""
    found = typed_version()
    if found is None:
        abort(400)
    return found


def typed_version() -> int | None:
    """Return the version as the form says it, ``None`` if it is no number."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
