"""Recording that a person does not want to be mapped. The page tells nobody what it found."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.opting_out import FictiveNumberNeededError, opt_out, withdraw_opt_out
from brukerplan.forms.opting_out import WITHDRAW, OptOutForm, opt_out_form
from brukerplan.identity.errors import NationalNumberError
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services
from brukerplan.web.task_place import TaskPlace, place_of_task
from brukerplan.web.typed_number import typed_number

blueprint = Blueprint("opting_out", __name__, url_prefix="/reservasjon")


@blueprint.get("")
@permission(Permission.OPT_OUT_RECORD)
def page() -> ResponseReturnValue:
    """Show the form."""
    place = place_of_task(Permission.OPT_OUT_RECORD)
    return _page(place, _form_class(place)())


@blueprint.post("")
@permission(Permission.OPT_OUT_RECORD)
def record() -> ResponseReturnValue:
    """Record or withdraw it. The number goes no further, and the answer is always the same."""
    t = current_translator()
    place = place_of_task(Permission.OPT_OUT_RECORD)
    form = _form_class(place)(request.form)
    if place.round is None or not form.validate():
        return _page(place, form), 400
    withdrawn = form.what.data == WITHDRAW
    moment = now()
    use_case = withdraw_opt_out if withdrawn else opt_out
    try:
        number = typed_number(form.number.data, place.round, moment)
        use_case(
            services().database,
            by=current_actor(),
            keys=services().keys,
            municipality_id=int(form.municipality.data),
            round_id=place.round.id,
            number=number,
            now=moment,
        )
    except (NationalNumberError, FictiveNumberNeededError) as error:
        form.number.errors = (error.text(t),)
        return _page(place, form), 400
    except UserError as error:
        return _page(place, form, problem=error.text(t)), 409
    say(
        t.gettext("Reservasjonen er trukket tilbake. Personen kan registreres.")
        if withdrawn
        else t.gettext(
            "Reservasjonen er registrert. Ingen tjeneste i kommunen kan registrere personen i "
            "årets kartlegging, og var noe registrert, er det slettet."
        )
    )
    return redirect(url_for(".page"), code=303)


def _form_class(place: TaskPlace) -> type[OptOutForm]:
    return opt_out_form(current_translator(), municipalities=place.choices)


def _page(place: TaskPlace, form: OptOutForm, *, problem: str = "") -> str:
    return render_template("opting_out.html", place=place, form=form, problem=problem)
