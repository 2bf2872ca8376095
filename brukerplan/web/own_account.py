"""My account: where one is signed in, one's second factors, password and sign-in elsewhere."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from brukerplan.access.second_factor import needs_second_factor
from brukerplan.actions.attempts import TooManyAttemptsError, try_password
from brukerplan.actions.changing_password import OldPasswordError, change_password
from brukerplan.actions.passwords import SHORTEST_PASSWORD
from brukerplan.actions.sessions import end_others, end_session, own_sessions
from brukerplan.actions.ways_in import WayIn, ways_in
from brukerplan.forms.accounts import ChangePasswordForm, change_password_form
from brukerplan.persistence.queries.provider_links import linked_since
from brukerplan.translation import UserError
from brukerplan.web.account import too_many
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, lately, signed_in
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services
from brukerplan.web.signed_in import begun_here, own_factors

blueprint = Blueprint("own_account", __name__, url_prefix="/konto")


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show the account."""
    return page()


@blueprint.post("/okter")
@signed_in
@lately("own_account.show")
def end() -> ResponseReturnValue:
    """End one session, or all but this one."""
    t = current_translator()
    wanted = request.form.get("session", "")
    if wanted == "others":
        end_others(services().database, by=current_actor(), kept=begun_here().id, now=now())
        say(t.gettext("Du er logget ut alle andre steder."))
        return redirect(address_of(".show"), code=303)
    try:
        session_id = uuid.UUID(wanted)
    except ValueError:
        abort(400)
    try:
        end_session(services().database, by=current_actor(), session_id=session_id, now=now())
    except UserError as error:
        return page(problem=error.text(t), status=409)
    say(t.gettext("Økten er avsluttet."))
    return redirect(address_of(".show"), code=303)


@blueprint.get("/passord")
@signed_in
def password() -> ResponseReturnValue:
    """Show the form of a new password."""
    return _password_page(_form()())


@blueprint.post("/passord")
@signed_in
def password_send() -> ResponseReturnValue:
    """Change the password."""
    t = current_translator()
    form = _form()(request.form)
    if not form.validate():
        return _password_page(form, status=400)
    begun = begun_here()
    try:
        # A browser somebody has left is no place to guess the password from.
        attempt = try_password(
            services().database,
            services().sealer,
            email=f"user {begun.actor.user_id}",
            address=request.remote_addr or "",
            now=now(),
        )
        change_password(
            services().database,
            by=begun.actor,
            begun=begun,
            old=str(form.old.data),
            new=str(form.new.data),
            mail=services().mail,
            now=now(),
        )
    except TooManyAttemptsError as error:
        form.old.errors = (error.text(t),)
        return too_many(_password_page(form), error)
    except UserError as error:
        field = form.old if isinstance(error, OldPasswordError) else form.new
        field.errors = (error.text(t),)
        return _password_page(form, status=400)
    attempt.succeeded()
    say(t.gettext("Passordet er endret. Du er logget ut alle andre steder."))
    return redirect(address_of(".show"), code=303)


def page(*, problem: str = "", status: int = 200) -> Response:
    """Show the account, with why something could not be done."""
    actor, elsewhere = current_actor(), services().provider
    with services().database.read() as database:
        ways = ways_in(database, actor.user_id)
        since = elsewhere and linked_since(database, actor.user_id, elsewhere.issuer)
    return make_response(
        render_template(
            "own_account.html",
            sessions=own_sessions(services().database, by=actor, now=now()),
            here_now=begun_here().id,
            factors=own_factors(),
            wanted=needs_second_factor(actor),
            has_password=WayIn.PASSWORD in ways,
            linked_since=since,
            link_removable=bool(ways - {WayIn.PROVIDER}),
            problem=problem,
        ),
        status,
    )


def _form() -> type[ChangePasswordForm]:
    return change_password_form(current_translator(), shortest=SHORTEST_PASSWORD)


def _password_page(form: ChangePasswordForm, *, status: int = 200) -> Response:
    return make_response(render_template("change_password.html", form=form), status)
