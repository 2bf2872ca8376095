"""Recording that a person has got another number. Neither number goes further than here."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.number_change import change_number
from brukerplan.forms.number_change import NumberChangeForm, number_change_form
from brukerplan.identity.errors import NationalNumberError
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services
from brukerplan.web.task_place import TaskPlace, place_of_task
from brukerplan.web.typed_number import typed_number

blueprint = Blueprint("number_change", __name__, url_prefix="/nummerbytte")


@blueprint.get("")
@permission(Permission.NUMBER_CHANGE)
def page() -> ResponseReturnValue:
    """Show the form."""
    place = place_of_task(Permission.NUMBER_CHANGE)
    return _page(place, _form_class(place)())


@blueprint.post("")
@permission(Permission.NUMBER_CHANGE)
def record() -> ResponseReturnValue:
    """Record it. The answer is the same whether anybody knew the person or not."""
    t = current_translator()
    place = place_of_task(Permission.NUMBER_CHANGE)
    form = _form_class(place)(request.form)
    if place.round is None or not form.validate():
        return _page(place, form), 400
    moment = now()
    numbers = []
    for field in (form.earlier, form.later):
        try:
            numbers.append(typed_number(field.data, place.round, moment))
        except NationalNumberError as error:
            field.errors = (error.text(t),)
    if len(numbers) != 2:
        return _page(place, form), 400
    try:
        changed = change_number(
            services().database,
            by=current_actor(),
            keys=services().keys,
            municipality_id=int(form.municipality.data),
            round_id=place.round.id,
            earlier=numbers[0],
            later=numbers[1],
            now=moment,
        )
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 409
    say(
        t.gettext(
            "Nummerbyttet er registrert. Personen er registrert to ganger i årets kartlegging. "
            "Koordinatoren slår de to registreringene sammen."
        )
        if changed.two
        else t.gettext("Nummerbyttet er registrert. Bruk det nye nummeret fra nå av.")
    )
    return redirect(url_for(".page"), code=303)


def _form_class(place: TaskPlace) -> type[NumberChangeForm]:
    return number_change_form(current_translator(), municipalities=place.choices)


def _page(place: TaskPlace, form: NumberChangeForm, *, problem: str = "") -> str:
    return render_template("number_change.html", place=place, form=form, problem=problem)
