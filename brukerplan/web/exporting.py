"""The coordinator takes out the municipality's own registrations for its archive."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.exporting import export_municipality
from brukerplan.files import archive_csv, archive_xlsx
from brukerplan.persistence.queries import archive, organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.importing import attachment
from brukerplan.web.municipality import place_of_municipality
from brukerplan.web.services import services

blueprint = Blueprint("exporting", __name__, url_prefix="/kommune")

_KINDS = ("xlsx", "csv")
exports = permission(Permission.MUNICIPALITY_EXPORT, organisation=place_of_municipality)


@blueprint.get("/<code>/<int:year>/uttrekk")
@exports
def page(code: str, year: int) -> ResponseReturnValue:
    """Say what the file holds, and ask what it is for."""
    return _page(code, year)


@blueprint.post("/<code>/<int:year>/uttrekk")
@exports
def download(code: str, year: int) -> ResponseReturnValue:
    """Send the file; that it was taken out is logged first."""
    municipality, found = _place(code, year)
    kind = request.form.get("kind", "")
    if kind not in _KINDS:
        abort(400)
    t = current_translator()
    try:
        taken = export_municipality(
            services().database,
            by=current_actor(),
            municipality_id=municipality.id,
            round_id=found.id,
            purpose_confirmed=bool(request.form.get("purpose")),
            form=kind,
            now=now(),
        )
    except UserError as error:
        return _page(code, year, problem=error.text(t)), 400
    write = archive_xlsx if kind == "xlsx" else archive_csv
    content = write(taken.rows, edition(taken.edition), t, year=taken.year)
    name = t.gettext("kartlegging-%(year)s-%(code)s-arkiv", year=year, code=code)
    return attachment(content, f"{name}.{kind}")


def _place(code: str, year: int) -> tuple[OrganisationLine, RoundLine]:
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
        if found is None or current is None:
            abort(404)
        if rounds.municipality_terms(session, found.id, current.id) is None:
            abort(404)
    return found, current


def _page(code: str, year: int, *, problem: str = "") -> str:
    municipality, found = _place(code, year)
    with services().database.read() as session:
        registrations = archive.count_archive_lines(session, municipality.id, found.id)
    return render_template(
        "exporting.html",
        municipality=municipality,
        round=found,
        registrations=registrations,
        problem=problem,
    )
