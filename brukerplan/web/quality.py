"""The checks across registrations, for the coordinator and the unit's lead, and the marks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.quality import FindingLine, QualityView, read_quality
from brukerplan.actions.verifying import unverify, verify
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.asked import QueryLine
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind, QueryState
from brukerplan.questionnaire.quality_checks import CHECKS, Check
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.municipality import place_of_municipality
from brukerplan.web.query_place import place_of_asked
from brukerplan.web.services import services

blueprint = Blueprint("quality", __name__)


@dataclass(slots=True)
class Group:
    """Findings of one check in one unit, said once. Of no unit: of the whole municipality."""

    check: Check
    text: str
    lines: list[FindingLine] = field(default_factory=list)


@dataclass(slots=True)
class UnitGroups:
    """A unit and what was found there."""

    id: int
    name: str
    groups: list[Group] = field(default_factory=list)


def place_of_unit(unit_id: int, **_: int) -> tuple[int, ...] | None:
    """Find the unit with its ancestors; the round is looked for by the view."""
    with services().database.read() as session:
        unit = organisations.organisation(session, unit_id)
        if unit is None or unit.kind != OrganisationKind.UNIT:
            return None
        return organisations.organisation_path(session, unit_id)


marks = permission(Permission.REGISTRATION_VERIFY, organisation=place_of_asked, hidden=True)


@blueprint.get("/kommune/<code>/<int:year>/kvalitet")
@permission(Permission.REGISTRATION_CHECK, organisation=place_of_municipality)
def municipality(code: str, year: int) -> str:
    """Show what the checks found in the whole municipality, and its questions."""
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
        if found is None or current is None:
            abort(404)
        if rounds.municipality_terms(session, found.id, current.id) is None:
            abort(404)
    return _page(found, found.id, current)


@blueprint.get("/tjeneste/<int:unit_id>/<int:year>/kvalitet")
@permission(Permission.QUERY_ASK, organisation=place_of_unit, hidden=True)
def unit(unit_id: int, year: int) -> str:
    """Show what the checks found in one unit, and its questions."""
    with services().database.read() as session:
        found = organisations.organisation(session, unit_id)
        current = rounds.round_of_year(session, year)
        if found is None or found.parent_id is None or current is None:
            abort(404)
        if rounds.unit_progress(session, unit_id, current.id) is None:
            abort(404)
    return _page(found, found.parent_id, current, unit_id=unit_id)


@blueprint.post("/registrering/<uuid:registration_id>/kontrollert")
@marks
def verified(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Mark the registration as looked over."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        abort(400)
    try:
        verify(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=int(text),
            now=now(),
        )
    except UserError as error:
        return _refused(error)
    return _back(registration_id)


@blueprint.post("/registrering/<uuid:registration_id>/ikke-kontrollert")
@marks
def unverified(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Take the mark away."""
    try:
        unverify(
            services().database, by=current_actor(), registration_id=registration_id, now=now()
        )
    except UserError as error:
        return _refused(error)
    return _back(registration_id)


def _refused(error: UserError) -> ResponseReturnValue:
    t = current_translator()
    return error_page(409, heading=t.gettext("Dette gikk ikke"), advice=error.text(t))


def _back(registration_id: uuid.UUID) -> ResponseReturnValue:
    say(current_translator().gettext("Merket er endret."))
    return redirect(url_for("review.look_over", registration_id=registration_id), code=303)


def _page(
    place: OrganisationLine, municipality_id: int, current: RoundLine, *, unit_id: int | None = None
) -> str:
    view = read_quality(
        services().database,
        by=current_actor(),
        municipality_id=municipality_id,
        round_id=current.id,
        unit_id=unit_id,
        now=now(),
    )
    whole, units = _grouped(view)
    return render_template(
        "quality.html",
        place=place,
        round=current,
        unit_id=unit_id,
        whole=whole,
        units=units,
        findings=len(view.lines),
        compared_with=view.compared_with,
        open_queries=[query for query in view.queries if query.state != QueryState.CLOSED],
        closed_queries=[query for query in view.queries if query.state == QueryState.CLOSED],
        may_close=_may_close,
        checks=CHECKS.values(),
    )


def _may_close(query: QueryLine, *, coordinates: bool) -> bool:
    return coordinates or query.asked_by == current_actor().user_id


def _grouped(view: QualityView) -> tuple[list[Group], list[UnitGroups]]:
    """Arrange by unit and check; what is about the municipality comes by itself."""
    t = current_translator()
    whole: list[Group] = []
    units = {each.id: UnitGroups(each.id, each.name) for each in view.units}
    for line in view.lines:
        found = line.finding
        groups = whole if found.unit_id is None else units[found.unit_id].groups
        if not groups or groups[-1].check.id != found.check:
            groups.append(Group(CHECKS[found.check], found.text(t)))
        groups[-1].lines.append(line)
    return whole, [each for each in units.values() if each.groups]
