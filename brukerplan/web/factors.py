"""One's own second factors: set up in a minute, changed, and taken away."""

from __future__ import annotations

import io
import uuid

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.actions.attempts import TooManyAttemptsError
from brukerplan.actions.passkey_asking import ask_to_register
from brukerplan.actions.passkeys import register_passkey, remove_passkey, rename_passkey
from brukerplan.actions.second_factor import (
    confirm_app,
    new_codes,
    remove_app,
    waiting_app,
)
from brukerplan.actions.telling import tell_of_factors
from brukerplan.forms.accounts import CodeForm, NameForm, code_form, passkey_name_form
from brukerplan.translation import UserError
from brukerplan.web import challenges
from brukerplan.web.account import too_many
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, enrolling, lately, signed_in
from brukerplan.web.i18n import clock_with_seconds, current_translator
from brukerplan.web.messages import say
from brukerplan.web.one_time_links import kept_by_nobody
from brukerplan.web.own_account import page as own_page
from brukerplan.web.services import services
from brukerplan.web.signed_in import begun_here, own_factors, renew_session, safe_back

blueprint = Blueprint("factors", __name__, url_prefix="/konto")

_PIXELS_A_MODULE = 4


@blueprint.get("/totrinn")
@enrolling
@lately("factors.set_up")
def set_up() -> ResponseReturnValue:
    """Show how to set up an authenticator app or a passkey."""
    return _page()


@blueprint.post("/totrinn")
@enrolling
@lately("factors.set_up")
def confirm() -> ResponseReturnValue:
    """Take the app into use by its first code."""
    form = code_form(current_translator(), paper=False)(request.form)
    if not form.validate():
        return _page(code=form, status=400)
    try:
        codes = confirm_app(
            services().database,
            services().sealer,
            by=begun_here().actor,
            begun=begun_here(),
            code=str(form.code.data),
            clock=clock_with_seconds(now()),
            now=now(),
        )
    except UserError as error:
        form.code.errors = (error.text(current_translator()),)
        response = _page(code=form, status=400)
        return too_many(response, error) if isinstance(error, TooManyAttemptsError) else response
    return _set_up(codes)


@blueprint.get("/totrinn/qr.svg")
@enrolling
@lately("factors.set_up")
def qr_code() -> ResponseReturnValue:
    """Draw the app's secret as a QR code, at an address of its own: nothing stands inline."""
    app = waiting_app(services().database, services().sealer, by=begun_here().actor, now=now())
    drawing = io.BytesIO()
    segno.make(app.uri, micro=False).save(
        drawing, kind="svg", scale=_PIXELS_A_MODULE, xmldecl=False, svgclass=None, lineclass=None
    )
    response = Response(drawing.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/totrinn/fjern")
@signed_in
@lately("own_account.show")
def remove() -> ResponseReturnValue:
    """Take the authenticator app out of use."""
    t = current_translator()
    try:
        remove_app(
            services().database,
            by=current_actor(),
            begun=begun_here(),
            required=services().settings.second_factor_required,
            now=now(),
        )
    except UserError as error:
        return own_page(problem=error.text(t), status=409)
    _tell()
    return _done(t.gettext("Appen er fjernet."))


@blueprint.post("/totrinn/koder")
@signed_in
@lately("own_account.show")
def codes() -> ResponseReturnValue:
    """Make new recovery codes and show them once."""
    if not own_factors().any:
        return redirect(address_of(".set_up"), code=303)
    made = new_codes(
        services().database,
        services().sealer,
        by=current_actor(),
        begun=begun_here(),
        now=now(),
    )
    _tell()
    return _codes_page(made)


@blueprint.post("/passnokkel/sporsmal")
@enrolling
@lately("factors.set_up")
def passkey_asked() -> ResponseReturnValue:
    """Give the page's script what to ask a new passkey."""
    return challenges.put(
        ask_to_register(
            services().database,
            services().sealer,
            challenges.site(),
            by=begun_here().actor,
        )
    )


@blueprint.post("/passnokkel")
@enrolling
@lately("factors.set_up")
def add_passkey() -> ResponseReturnValue:
    """Keep a new passkey."""
    t = current_translator()
    form = passkey_name_form(t)(request.form)
    if not form.validate():
        return _page(name=form, status=400)
    try:
        made = register_passkey(
            services().database,
            services().sealer,
            challenges.site(),
            by=begun_here().actor,
            begun=begun_here(),
            challenge=challenges.taken(),
            answer=request.form.get("answer", ""),
            name=str(form.name.data),
            now=now(),
        )
    except UserError as error:
        form.name.errors = (error.text(t),)
        return _page(name=form, status=400)
    return _set_up(made)


@blueprint.post("/passnokkel/<uuid:passkey_id>/navn")
@signed_in
def name_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Give a passkey another name."""
    t = current_translator()
    try:
        rename_passkey(
            services().database,
            by=current_actor(),
            passkey_id=passkey_id,
            name=request.form.get("name", ""),
            now=now(),
        )
    except UserError as error:
        return own_page(problem=error.text(t), status=409)
    return _done(t.gettext("Navnet er endret."))


@blueprint.post("/passnokkel/<uuid:passkey_id>/fjern")
@signed_in
@lately("own_account.show")
def drop_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Forget a passkey."""
    t = current_translator()
    try:
        remove_passkey(
            services().database,
            by=current_actor(),
            begun=begun_here(),
            passkey_id=passkey_id,
            required=services().settings.second_factor_required,
            now=now(),
        )
    except UserError as error:
        return own_page(problem=error.text(t), status=409)
    _tell()
    return _done(t.gettext("Passnøkkelen er fjernet."))


def _page(
    *, code: CodeForm | None = None, name: NameForm | None = None, status: int = 200
) -> Response:
    t = current_translator()
    begun = begun_here()
    app = waiting_app(services().database, services().sealer, by=begun.actor, now=now())
    return make_response(
        render_template(
            "set_up_factor.html",
            # In fours, to be typed from one screen to another.
            secret=" ".join(app.secret[at : at + 4] for at in range(0, len(app.secret), 4)),
            code=code or code_form(t, paper=False)(),
            name=name or passkey_name_form(t)(),
            factors=own_factors(),
            required=not current_user.is_authenticated,
            passkeys=services().passkey_site is not None,
            back=request.values.get("til", ""),
        ),
        status,
    )


def _set_up(codes: tuple[str, ...]) -> ResponseReturnValue:
    _tell()
    renew_session()
    if codes:
        return _codes_page(codes)
    say(current_translator().gettext("Totrinnsinnloggingen er endret."))
    return redirect(address_of("own_account.show"), code=303)


def _tell() -> None:
    tell_of_factors(services().database, services().mail, by=begun_here().actor)


def _codes_page(codes: tuple[str, ...]) -> Response:
    return kept_by_nobody(
        render_template(
            "recovery_codes.html",
            codes=codes,
            on=safe_back(request.values.get("til", "")),
        )
    )


def _done(text: str) -> ResponseReturnValue:
    say(text)
    return redirect(address_of("own_account.show"), code=303)
