"""The data protection officer's page: what each unit's registrations rest on in law."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import NotAllowedError, allows
from brukerplan.access.services import LEGAL_GROUNDS, SERVICE_KINDS
from brukerplan.actions.legal_bases import (
    BasisDatesError,
    BasisReferenceError,
    UnknownGroundError,
    record_basis,
    withdraw_basis,
)
from brukerplan.forms.legal_bases import BasisForm, basis_form
from brukerplan.persistence.queries import legal_bases, organisations
from brukerplan.persistence.queries.legal_bases import BasisLine, UnitBases
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.tables.rights import REFERENCE_LENGTH
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.my_list import place_of_unit
from brukerplan.web.services import services

blueprint = Blueprint("legal_bases", __name__, url_prefix="/rettslig-grunnlag")
records = permission(Permission.LEGAL_BASIS_RECORD, organisation=place_of_unit)


class Line(NamedTuple):
    """A unit as the page shows it: ``holds`` is the basis that is valid now."""

    unit: UnitBases
    service: str
    holds: BasisLine | None

    @property
    def waiting(self) -> tuple[BasisLine, ...]:
        """Bases that begin later, or are over."""
        return tuple(basis for basis in self.unit.bases if basis != self.holds)


@blueprint.get("")
@permission(Permission.LEGAL_BASIS_RECORD)
def index() -> ResponseReturnValue:
    """Show every unit of the officer's municipality, those that lack a basis first."""
    actor = current_actor()
    with services().database.read() as session:
        own = tuple(
            line
            for line in organisations.organisations_of(
                session, actor, OrganisationKind.MUNICIPALITY
            )
            if allows(actor, Permission.LEGAL_BASIS_RECORD, (line.id,))
        )
    wanted = request.args.get("kommune", "")
    place = next((line for line in own if line.code == wanted), own[0] if own else None)
    lines = sorted(_lines(place), key=lambda line: line.holds is not None) if place else []
    return render_template(
        "legal_bases.html", own=own, place=place, lines=lines, grounds=_grounds()
    )


@blueprint.get("/<int:unit_id>")
@records
def unit(unit_id: int) -> ResponseReturnValue:
    """Show what a unit rests on, and the form that records it."""
    return _page(unit_id, _form_class()())


@blueprint.post("/<int:unit_id>")
@records
def record(unit_id: int) -> ResponseReturnValue:
    """Record a basis; it takes the place of the one before."""
    form = _form_class()(request.form)
    if not form.validate():
        return _page(unit_id, form), 400
    first_day = form.first_day.data
    assert first_day is not None  # the form has it
    try:
        record_basis(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            ground=str(form.ground.data),
            reference=str(form.reference.data),
            first_day=first_day,
            last_day=form.last_day.data,
            now=now(),
        )
    except (UnknownGroundError, BasisReferenceError, BasisDatesError) as error:
        field = {
            UnknownGroundError: form.ground,
            BasisReferenceError: form.reference,
            BasisDatesError: form.last_day,
        }[type(error)]
        field.errors = (error.text(current_translator()),)
        return _page(unit_id, form), 400
    say(current_translator().gettext("Grunnlaget er registrert."))
    return redirect(_back(unit_id), code=303)


@blueprint.post("/<int:unit_id>/trekk-tilbake")
@records
def withdraw(unit_id: int) -> ResponseReturnValue:
    """Withdraw what the unit rests on."""
    t = current_translator()
    if request.form.get("understood") != "yes":
        problem = t.gettext("Kryss av for at du vet hva dette gjør.")
        return _page(unit_id, _form_class()(), problem=problem, box="understood"), 400
    try:
        withdraw_basis(services().database, by=current_actor(), unit_id=unit_id, now=now())
    except NotAllowedError:
        raise
    except UserError as error:
        return _page(unit_id, _form_class()(), problem=error.text(t)), 409
    say(t.gettext("Grunnlaget er trukket tilbake. Tjenesten kan ikke registrere noen."))
    return redirect(_back(unit_id), code=303)


def _form_class() -> type[BasisForm]:
    return basis_form(current_translator(), longest=REFERENCE_LENGTH)


def _grounds() -> dict[str, str]:
    t = current_translator()
    return {ground.id: t.gettext(ground.label) for ground in LEGAL_GROUNDS.values()}


def _lines(place: OrganisationLine) -> list[Line]:
    t, moment = current_translator(), now()
    with services().database.read() as session:
        units = legal_bases.bases_of_municipality(session, place.id)
    return [
        Line(
            unit,
            t.gettext(SERVICE_KINDS[unit.kind].label)
            if unit.kind is not None and unit.kind in SERVICE_KINDS
            else t.gettext("Ikke oppgitt"),
            next((basis for basis in unit.bases if basis.holds(moment)), None),
        )
        for unit in units
    ]


def _municipality(unit_id: int) -> OrganisationLine:
    with services().database.read() as session:
        found = organisations.organisation(session, unit_id)
        if found is None or found.kind != OrganisationKind.UNIT or found.parent_id is None:
            abort(404)
        municipality = organisations.organisation(session, found.parent_id)
    assert municipality is not None  # the unit's parent is there
    return municipality


def _back(unit_id: int) -> str:
    return url_for(".index", kommune=_municipality(unit_id).code)


def _page(unit_id: int, form: BasisForm, *, problem: str = "", box: str = "") -> str:
    place = _municipality(unit_id)
    line = next(line for line in _lines(place) if line.unit.unit_id == unit_id)
    return render_template(
        "legal_basis.html",
        place=place,
        line=line,
        form=form,
        grounds=_grounds(),
        problem=problem,
        box=box,
    )
