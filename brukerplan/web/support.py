"""Helping a colleague who has lost every second factor."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.resetting_factor import reset_factor
from brukerplan.forms.accounts import AddressForm, address_form
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("support", __name__, url_prefix="/hjelp-med-innlogging")

# Whom it reaches, the use case finds out: the address names nobody.
guard = permission(Permission.SECOND_FACTOR_RESET)


@blueprint.get("")
@guard
def page() -> ResponseReturnValue:
    """Ask who it is."""
    return _page(_form()())


@blueprint.post("")
@guard
def reset() -> ResponseReturnValue:
    """Take the colleague's second factor away."""
    t = current_translator()
    form = _form()(request.form)
    if not form.validate():
        return _page(form, status=400)
    try:
        reset_factor(
            services().database,
            by=current_actor(),
            email=str(form.email.data),
            mail=services().mail,
            now=now(),
        )
    except UserError as error:
        form.email.errors = (error.text(t),)
        return _page(form, status=409)
    say(t.gettext("Totrinnsinnloggingen er nullstilt. Kollegaen setter opp en ny ved innlogging."))
    return redirect(address_of(".page"), code=303)


def _form() -> type[AddressForm]:
    t = current_translator()
    return address_form(t, t.gettext("E-postadressen til kollegaen"))


def _page(form: AddressForm, *, status: int = 200) -> Response:
    return make_response(render_template("support.html", form=form), status)
