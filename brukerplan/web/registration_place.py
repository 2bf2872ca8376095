"""Which registration an address means, and who may open it."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import Any, cast

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.conflicts import conflicts_of
from brukerplan.actions.purposes import ASKED, ReadPurpose
from brukerplan.actions.querying import queries_of
from brukerplan.actions.reading import open_registration
from brukerplan.persistence.queries import registrations
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.services import services

_PAGE = re.compile(r"[\w-]{1,32}", re.ASCII)
_MOST_SECTIONS = 30


def place_of_registration(registration_id: uuid.UUID, **_others: object) -> tuple[int, ...] | None:
    """Find the unit with its ancestors, and keep what was read for the view."""
    with services().database.read() as session:
        found = registrations.registration(session, registration_id)
        if found is None:
            return None
    g.registration = found
    return found.organisation_path


# A stranger's registration and one that does not exist give the same answer.
reads = permission(Permission.REGISTRATION_READ, organisation=place_of_registration, hidden=True)
writes = permission(Permission.REGISTRATION_WRITE, organisation=place_of_registration, hidden=True)
submits = permission(
    Permission.REGISTRATION_SUBMIT, organisation=place_of_registration, hidden=True
)


def current_registration() -> RegistrationView:
    """Return what the guard read of the registration that the address means."""
    return cast(RegistrationView, g.registration)


def to_the_next(unit_id: int) -> Response:
    """Go back to the unit's list, where the number of the next person is typed."""
    return redirect(url_for("my_list.mine", tjeneste=unit_id, _anchor="number"), code=303)


def opened(registration_id: uuid.UUID, *, said: ReadPurpose | None = None) -> RegistrationView:
    """Read it through the use case, which writes in the access log who has read."""
    return open_registration(
        services().database,
        by=current_actor(),
        registration_id=registration_id,
        said=said,
        now=now(),
    )


def said_purpose() -> ReadPurpose | None:
    """Return why the registration is read, as the address says it; ``None`` for no answer."""
    text = request.args.get("formal", "")
    return ReadPurpose(text) if text in ASKED else None


def new_page() -> str:
    """Name an open page at random, so that its own saves are known from other people's."""
    return secrets.token_urlsafe(16)


def sent_page() -> str:
    """Return the name of the page that sent the form; the empty string if it says none."""
    text = request.form.get("page", "")
    return text if _PAGE.fullmatch(text) else ""


def accepted_sections() -> frozenset[str]:
    """Return the sections that were said to be still right; unknown names mean nothing."""
    return frozenset(request.form.getlist("accepted")[:_MOST_SECTIONS])


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


def around(found: RegistrationView) -> dict[str, Any]:
    """Return what stands around a registration on its pages: questions and kept versions."""
    actor = current_actor()
    path = found.organisation_path
    with services().database.read() as session:
        return {
            "queries": queries_of(session, found.id),
            "registration_id": found.id,
            "may_ask": allows(actor, Permission.QUERY_ASK, path),
            "may_verify": allows(actor, Permission.REGISTRATION_VERIFY, path),
            "kept_versions": conflicts_of(session, found.id),
        }


def sent_by_the_first_of_two_clicks(registration_id: uuid.UUID) -> bool:
    """Whether the very version that was sent from this page is the one submitted."""
    with services().database.read() as session:
        latest = registrations.registration(session, registration_id)
    return latest is not None and (latest.state, latest.version) == ("submitted", version() + 1)
