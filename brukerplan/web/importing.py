"""Reading registrations in from a file: the template, the check, and the reading itself."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from brukerplan.access.permissions import Permission
from brukerplan.actions.importing import ImportResult, import_rows
from brukerplan.files import MOST_BYTES, read_sheet, template_csv, template_xlsx
from brukerplan.files.errors import FileTooLargeError
from brukerplan.forms.importing import ROWS, WHOLE, ImportForm, import_form
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import MunicipalityTerms, RoundLine
from brukerplan.persistence.tables.states import TAKES_NEW, IdentityMode
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.services import services

blueprint = Blueprint("importing", __name__, url_prefix="/innlesing")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
# A file can have many thousand errors; the first of them are what there is time to mend.
MOST_SHOWN = 300


class Place(NamedTuple):
    """The unit that reads in, and the municipality's round."""

    unit: OrganisationLine
    round: RoundLine
    terms: MunicipalityTerms
    optional: frozenset[str]

    @property
    def anonymous(self) -> bool:
        """Whether the municipality maps without numbers."""
        return self.terms.identity_mode == IdentityMode.ANONYMOUS

    @property
    def open(self) -> bool:
        """Whether the round takes new registrations."""
        return self.round.state in TAKES_NEW


def place_of_unit(unit_id: int, **_others: object) -> tuple[int, ...] | None:
    """Find the unit with its ancestors."""
    with services().database.read() as session:
        return organisations.organisation_path(session, unit_id) or None


writes = permission(Permission.REGISTRATION_WRITE, organisation=place_of_unit)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Say how large a file may be, and what to do."""
    t = current_translator()
    error = FileTooLargeError(megabytes=MOST_BYTES // 1_000_000)
    return error_page(413, heading=t.gettext("Filen er for stor"), advice=error.text(t))


@blueprint.get("/<int:unit_id>")
@writes
def page(unit_id: int) -> ResponseReturnValue:
    """Show how it is done, with the template and the form that checks a file."""
    return _page(_place(unit_id))


@blueprint.get("/<int:unit_id>/mal.<any(xlsx, csv):kind>")
@writes
def template(unit_id: int, kind: str) -> ResponseReturnValue:
    """Send the template of the unit's round in the reader's language."""
    place = _place(unit_id)
    q, t = edition(place.round.edition), current_translator()
    optional, anonymous, year = place.optional, place.anonymous, place.round.year
    content = (
        template_xlsx(q, t, year=year, optional=optional, anonymous=anonymous)
        if kind == "xlsx"
        else template_csv(q, t, optional=optional, anonymous=anonymous)
    )
    name = t.gettext("kartlegging-%(year)s-mal", year=year)
    return attachment(content, f"{name}.{kind}")


@blueprint.post("/<int:unit_id>/kontroller")
@writes
def check(unit_id: int) -> ResponseReturnValue:
    """Check a file and show every error; nothing is read in."""
    return _read_in(unit_id, dry_run=True)


@blueprint.post("/<int:unit_id>/les-inn")
@writes
def carry_out(unit_id: int) -> ResponseReturnValue:
    """Read in the file that was checked. Another file is only checked."""
    return _read_in(unit_id, dry_run=False)


def attachment(content: bytes, name: str) -> Response:
    """Send bytes as a file to keep, and let no cache keep it."""
    response = Response(content, mimetype=XLSX if name.endswith(".xlsx") else CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_in(unit_id: int, *, dry_run: bool) -> ResponseReturnValue:
    place = _place(unit_id)
    t = current_translator()
    form = import_form(t)(request.form)
    content = _sent()
    if not content and not any(upload.filename for upload in request.files.values()):
        return _page(place, form, problem=t.gettext("Ingen fil er valgt. Velg filen først.")), 400
    fingerprint = _fingerprint(unit_id, content)
    another = not dry_run and not hmac.compare_digest(
        request.form.get("checked", "").encode(), fingerprint.encode()
    )
    moment = now()
    try:
        result = import_rows(
            services().database,
            by=current_actor(),
            keys=services().keys,
            unit_id=unit_id,
            round_id=place.round.id,
            rows=read_sheet(content),
            whole=form.extent.data != ROWS,
            dry_run=dry_run or another,
            now=moment,
            today=in_oslo(moment).date(),
            allow_synthetic=services().settings.allow_synthetic_numbers,
            also_elsewhere=bool(form.also_elsewhere.data),
        )
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 400
    return _result_page(place, result, form, fingerprint=fingerprint, another=another)


def _sent() -> bytes:
    upload = request.files.get("file")
    return b"" if upload is None else upload.stream.read(MOST_BYTES + 1)


def _fingerprint(unit_id: int, content: bytes) -> str:
    """Know the file again without keeping it; the key keeps it from being compared elsewhere."""
    key = services().settings.secret_key.encode()
    return hmac.new(key, b"%d:" % unit_id + content, hashlib.sha256).hexdigest()


def _place(unit_id: int) -> Place:
    with services().database.read() as session:
        unit = organisations.organisation(session, unit_id)
        current = rounds.current_round(session)
        if unit is None or unit.parent_id is None or current is None:
            abort(404)
        terms = rounds.municipality_terms(session, unit.parent_id, current.id)
        if terms is None:
            abort(404)
        optional = rounds.optional_variables(session, current.id, unit.parent_id)
    return Place(unit, current, terms, optional)


def _page(place: Place, form: ImportForm | None = None, *, problem: str = "") -> str:
    form = form or import_form(current_translator())()
    return render_template("importing.html", place=place, form=form, problem=problem)


def _result_page(
    place: Place, result: ImportResult, form: ImportForm, *, fingerprint: str, another: bool
) -> str:
    form.extent.data = ROWS if result.problems else WHOLE
    return render_template(
        "importing_result.html",
        place=place,
        result=result,
        form=form,
        fingerprint=fingerprint,
        another=another,
        t=current_translator(),
        readable=result.rows - len({each.row for each in result.problems}),
        most_shown=MOST_SHOWN,
    )
