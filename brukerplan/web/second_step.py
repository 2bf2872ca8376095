"""The second step of signing in: a code, or a passkey. A passkey can also be the whole of it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from brukerplan.actions.attempts import TooManyAttemptsError
from brukerplan.actions.passkey_asking import ask_to_sign_in
from brukerplan.actions.passkeys import show_passkey
from brukerplan.actions.second_factor import show_code
from brukerplan.forms import sign_in_form
from brukerplan.forms.accounts import CodeForm, code_form
from brukerplan.persistence.tables.states import Assurance
from brukerplan.translation import UserError
from brukerplan.web import account, challenges
from brukerplan.web.clock import now
from brukerplan.web.guards import public
from brukerplan.web.guards import second_step as guard
from brukerplan.web.i18n import clock_with_seconds, current_translator
from brukerplan.web.services import services
from brukerplan.web.signed_in import begin_session, begun_here, half_session, own_factors

blueprint = Blueprint("second_step", __name__, url_prefix="/logg-inn")


@blueprint.get("/totrinn")
@guard
def ask() -> ResponseReturnValue:
    """Ask for a code or a passkey."""
    return _page(_form()())


@blueprint.post("/totrinn")
@guard
def answer() -> ResponseReturnValue:
    """Take a code, and sign in."""
    form = _form()(request.form)
    if not form.validate():
        return _page(form, status=400)
    actor = begun_here().actor
    try:
        show_code(
            services().database,
            services().sealer,
            user_id=actor.user_id,
            code=str(form.code.data),
            clock=clock_with_seconds(now()),
            now=now(),
        )
    except TooManyAttemptsError as error:
        return account.too_many(_page(form, problem=error), error)
    except UserError as error:
        return _page(form, problem=error, status=400)
    return begin_session(actor, assurance=Assurance.SECOND_FACTOR, strong=True, back=_back())


@blueprint.post("/passnokkel/sporsmal")
@public
def passkey_asked() -> ResponseReturnValue:
    """Give the page's script what to ask a passkey: one's own as second step, or anyone's."""
    half = half_session()
    user_id = half.actor.user_id if half else None
    return challenges.put(ask_to_sign_in(services().database, challenges.site(), user_id=user_id))


@blueprint.post("/passnokkel")
@public
def passkey_shown() -> ResponseReturnValue:
    """Sign in by what a passkey answered."""
    half = half_session()
    try:
        shown = show_passkey(
            services().database,
            challenges.site(),
            user_id=half.actor.user_id if half else None,
            challenge=challenges.taken(),
            answer=request.form.get("answer", ""),
            now=now(),
        )
    except UserError as error:
        if half:
            return _page(_form()(), problem=error, status=400)
        t = current_translator()
        return account.page(sign_in_form(t)(), problem=error.text(t), status=400)
    return begin_session(
        shown.actor,
        assurance=Assurance.SECOND_FACTOR if half else Assurance.PASSKEY,
        strong=True,
        back=_back(),
    )


def _back() -> str:
    return request.values.get("til", "")


def _form() -> type[CodeForm]:
    return code_form(current_translator(), paper=True)


def _page(form: CodeForm, *, problem: UserError | None = None, status: int = 200) -> Response:
    t = current_translator()
    if problem is not None:
        form.code.errors = (problem.text(t),)
    return make_response(
        render_template(
            "second_step.html",
            form=form,
            factors=own_factors(),
            passkeys=services().passkey_site is not None,
            back=_back(),
        ),
        status,
    )
