"""The coordinator's pages: the municipality's units, and who works in them."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.legal_bases import change_service
from brukerplan.actions.unit_admin import create_unit, rename_unit
from brukerplan.actions.unit_rounds import put_in_unit, set_expected, take_out_unit
from brukerplan.forms.people import name_form, service_form, unit_form
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.people_page import (
    carry_out,
    guard,
    municipality_place,
    numbers_form,
    unit_of,
    unit_page,
    units_of,
    units_page,
)
from brukerplan.web.services import services

blueprint = Blueprint("people", __name__, url_prefix="/kommune/<code>/<int:year>/tjenester")


@blueprint.get("")
@guard
def units(code: str, year: int) -> ResponseReturnValue:
    """Show the municipality's units, and who coordinates."""
    return units_page(municipality_place(code, year))


@blueprint.post("")
@guard
def add_unit(code: str, year: int) -> ResponseReturnValue:
    """Make a unit and put it in the round."""
    place, t = municipality_place(code, year), current_translator()
    form = unit_form(t)(request.form)
    if not form.validate():
        return units_page(place, new=form), 400
    try:
        unit_id = create_unit(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            name=str(form.name.data),
            service=str(form.service.data),
            round_id=place.round.id,
            expected=int(str(form.expected.data)),
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        form.name.errors = (error.text(t),)
        return units_page(place, new=form), 409
    say(t.gettext("Tjenesten er lagt til. Inviter dem som skal registrere."))
    return redirect(address_of(".unit", code=code, year=year, unit_id=unit_id), code=303)


@blueprint.post("/ventet")
@guard
def expect(code: str, year: int) -> ResponseReturnValue:
    """Say how many persons each unit expects: one form for all."""
    place, t = municipality_place(code, year), current_translator()
    form = numbers_form(units_of(place))(request.form)
    if not form.validate():
        return units_page(place, expected=form), 400
    return carry_out(
        lambda: set_expected(
            services().database,
            by=current_actor(),
            municipality_id=place.municipality.id,
            round_id=place.round.id,
            expected=form.numbers(),
            now=now(),
        ),
        done=t.gettext("Ventet antall er lagret."),
        then=address_of(".units", code=code, year=year),
        page=lambda problem: units_page(place, problem=problem),
    )


@blueprint.get("/<int:unit_id>")
@guard
def unit(code: str, year: int, unit_id: int) -> ResponseReturnValue:
    """Show a unit: who works there, its name, and whether it takes part."""
    place = municipality_place(code, year)
    return unit_page(place, unit_of(place, unit_id))


@blueprint.post("/<int:unit_id>/navn")
@guard
def rename(code: str, year: int, unit_id: int) -> ResponseReturnValue:
    """Give the unit another name."""
    place, t = municipality_place(code, year), current_translator()
    line = unit_of(place, unit_id)
    form = name_form(t)(request.form)
    if not form.validate():
        return unit_page(place, line, name=form), 400
    try:
        rename_unit(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            name=str(form.name.data),
            now=now(),
        )
    except NotAllowedError:
        raise
    except UserError as error:
        form.name.errors = (error.text(t),)
        return unit_page(place, line, name=form), 409
    say(t.gettext("Navnet er endret."))
    return redirect(address_of(".unit", code=code, year=year, unit_id=unit_id), code=303)


@blueprint.post("/<int:unit_id>/slags")
@guard
def say_service(code: str, year: int, unit_id: int) -> ResponseReturnValue:
    """Say what kind of service the unit is."""
    place, t = municipality_place(code, year), current_translator()
    line = unit_of(place, unit_id)
    form = service_form(t)(request.form)
    if not form.validate():
        return unit_page(place, line, service=form), 400
    return carry_out(
        lambda: change_service(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            kind=str(form.service.data),
            now=now(),
        ),
        done=t.gettext("Hva slags tjeneste det er, er lagret."),
        then=address_of(".unit", code=code, year=year, unit_id=unit_id),
        page=lambda problem: unit_page(place, line, problem=problem),
    )


@blueprint.post("/<int:unit_id>/deltar")
@guard
def take_part(code: str, year: int, unit_id: int) -> ResponseReturnValue:
    """Put the unit in the round, or take it out."""
    place, t = municipality_place(code, year), current_translator()
    line = unit_of(place, unit_id)
    if request.form.get("takes_part") not in {"yes", "no"}:
        abort(400)
    wanted = request.form.get("takes_part") == "yes"
    act = put_in_unit if wanted else take_out_unit
    return carry_out(
        lambda: act(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            round_id=place.round.id,
            now=now(),
        ),
        done=(
            t.gettext("Tjenesten er med i kartleggingen.")
            if wanted
            else t.gettext("Tjenesten er tatt ut av kartleggingen.")
        ),
        then=address_of(".unit", code=code, year=year, unit_id=unit_id),
        page=lambda problem: unit_page(place, line, problem=problem),
    )
