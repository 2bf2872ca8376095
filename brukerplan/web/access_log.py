"""The data protection officer's page: who has read and changed what."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.reading import read_access_log
from brukerplan.persistence.queries import organisations
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.log_words import WORDS
from brukerplan.web.services import services

blueprint = Blueprint("access_log", __name__)


@blueprint.get("/tilgangslogg")
@permission(Permission.ACCESS_LOG_READ)
def newest() -> ResponseReturnValue:
    """Show the newest acts in the officer's municipality; looking is logged too."""
    actor = current_actor()
    with services().database.read() as session:
        own = tuple(
            line
            for line in organisations.organisations_of(
                session, actor, OrganisationKind.MUNICIPALITY
            )
            if allows(actor, Permission.ACCESS_LOG_READ, (line.id,))
        )
    wanted = request.args.get("kommune", "")
    place = next((line for line in own if line.code == wanted), own[0] if own else None)
    lines = (
        read_access_log(services().database, by=actor, organisation_id=place.id, now=now())
        if place
        else ()
    )
    return render_template("access_log.html", own=own, place=place, lines=lines, words=WORDS)
