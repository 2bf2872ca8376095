"""The registration page: fill in, save, submit.

The page is whole without JavaScript: one form with three buttons. The script sends the same
form to the same address and asks for JSON, so that there is one way of saving.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.reading import previous_answers
from brukerplan.actions.registering import (
    ConflictError,
    NotCompleteError,
    save_draft,
    submit_registration,
)
from brukerplan.actions.terms import OutsideIncludedGroupsError
from brukerplan.forms import RegistrationForm, registration_form
from brukerplan.persistence.engine import DatabaseUnavailableError
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import Finding, Parsed
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Severity
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page, session_ended, wants_json
from brukerplan.web.guards import current_actor, signed_in
from brukerplan.web.i18n import clock, current_translator
from brukerplan.web.messages import say
from brukerplan.web.registration_asked import REASONS, confirmations, reasons_sent, summary
from brukerplan.web.registration_page import before
from brukerplan.web.registration_place import (
    accepted_sections,
    around,
    current_registration,
    new_page,
    opened,
    place_of_registration,
    sent_page,
    to_the_next,
    typed_version,
    version,
    writes,
)
from brukerplan.web.registration_saved import saved_text, standing_of, told
from brukerplan.web.services import services

blueprint = Blueprint("registration", __name__, url_prefix="/registrering")


@blueprint.get("/<uuid:registration_id>")
@writes
def fill_in(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form with what is stored."""
    found = opened(registration_id)
    if found.state != "draft":
        return redirect(url_for("review.look_over", registration_id=registration_id))
    return _page(found, _form_class(found).filled_from(found.answers))


@blueprint.post("/<uuid:registration_id>")
@writes
def save(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Save the draft; then stay, look it over, or submit it and go on to the next person."""
    found = current_registration()
    t = current_translator()
    by_script = wants_json()
    # The form's fields are made for the page alone: a save by the script needs none of them.
    parsed = _form_class(found).read(request.form)
    moment = now()
    try:
        # What could not be read is not sent in: it would be as if it were never typed.
        if request.form.get("go_on") == "submit" and not (by_script or parsed.findings):
            return _submit(found, parsed, moment)
        saved = save_draft(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=version(),
            page=sent_page(),
            answers=parsed.answers,
            accepted=accepted_sections(),
            seen=found,
            now=moment,
        )
    except DatabaseUnavailableError:
        # Not the answers' fault: the script tries again, and the error page keeps them.
        raise
    except ConflictError as error:
        return _to_the_conflict(registration_id, error)
    except UserError as error:
        if by_script:
            return jsonify(message=error.text(t)), 409
        kept = isinstance(error, OutsideIncludedGroupsError)
        return _page(found, _typed(found), problem=error.text(t), not_saved=not kept), 409
    hard = (each for each in saved.findings if each.severity is Severity.HARD)
    findings = (*parsed.findings, *hard)
    if by_script:
        return jsonify(told(found, parsed.answers, findings, saved, moment=moment))
    if findings:
        form = _typed(found)
        form.show(findings)
        return (
            _page(
                found,
                form,
                findings=findings,
                unconfirmed=saved.unconfirmed,
                version=saved.version,
                saved=moment,
            ),
            400,
        )
    if request.form.get("go_on") == "review":
        return redirect(url_for("review.look_over", registration_id=registration_id), code=303)
    say(t.gettext("Lagret %(time)s.", time=clock(moment)))
    return redirect(url_for(".fill_in", registration_id=registration_id), code=303)


def _submit(found: RegistrationView, parsed: Parsed, moment: datetime) -> ResponseReturnValue:
    try:
        submit_registration(
            services().database,
            by=current_actor(),
            registration_id=found.id,
            version=version(),
            page=sent_page(),
            answers=parsed.answers,
            accepted=accepted_sections(),
            confirmed=reasons_sent(),
            now=moment,
        )
    except NotCompleteError as error:
        # Saved all the same, under a new version.
        # A section to accept is told once, by its name.
        findings = tuple(each for each in error.findings if each.rule != "unconfirmed")
        form = _typed(found)
        form.show(each for each in findings if each.severity is Severity.HARD)
        shown = _page(
            found,
            form,
            findings=findings,
            unconfirmed=error.unconfirmed,
            version=error.version,
            saved=moment,
            tried=True,
        )
        return shown, 400
    say(current_translator().gettext("Registreringen er sendt inn."))
    return to_the_next(found.unit_id)


@blueprint.get("/nokkel")
@signed_in
def token() -> ResponseReturnValue:
    """Give the script a fresh CSRF token after signing in again in another tab."""
    return jsonify(csrf_token=generate_csrf())


@blueprint.errorhandler(CSRFError)
def sent_after_the_session_ended(error: CSRFError) -> ResponseReturnValue:
    """Keep what was typed by somebody who has signed in again: ask them to send once more.

    Nothing is saved from a form whose token is not the session's.
    """
    values = request.view_args or {}
    again = request.endpoint == "registration.save" and current_user.is_authenticated
    if not again or wants_json():
        return session_ended(error)
    path = place_of_registration(**values)
    if path is None or not allows(current_actor(), Permission.REGISTRATION_WRITE, path):
        return error_page(404)
    found = opened(**values)
    problem = current_translator().gettext(
        "Økten var utløpt, så svarene er ikke lagret. De står her. Lagre en gang til."
    )
    return _page(found, _typed(found), problem=problem), 400


def _to_the_conflict(registration_id: uuid.UUID, error: ConflictError) -> ResponseReturnValue:
    address = url_for(
        "conflicts.show", registration_id=registration_id, conflict_id=error.conflict_id
    )
    if wants_json():
        text = current_translator().gettext(
            "To har skrevet samtidig. Begge versjonene er tatt vare på."
        )
        return jsonify(message=text, conflict=address), 409
    return redirect(address, code=303)


def _form_class(found: RegistrationView) -> type[RegistrationForm]:
    return registration_form(edition(found.edition), current_translator(), optional=found.optional)


def _typed(found: RegistrationView) -> RegistrationForm:
    return _form_class(found)(request.form)


def _page(
    found: RegistrationView,
    form: RegistrationForm,
    *,
    findings: tuple[Finding, ...] = (),
    unconfirmed: frozenset[str] | None = None,
    problem: str = "",
    not_saved: bool | None = None,
    version: int | None = None,
    saved: datetime | None = None,
    tried: bool = False,
) -> str:
    q = edition(found.edition)
    t = current_translator()
    waiting = found.unconfirmed if unconfirmed is None else unconfirmed
    given = {**found.confirmed, **reasons_sent()}
    left = summary(findings, waiting if tried else (), q, t, given=given)
    confirmed = confirmations(findings if tried else (), q, t, given=given)
    return render_template(
        "registration.html",
        found=found,
        form=form,
        problems=[("", problem)] if problem else left,
        not_saved=bool(problem) if not_saved is None else not_saved,
        # With a problem the page goes on as the one that was sent, typed over the version it
        # says, not the newest: a change in between is still noticed.
        version=version or (problem and typed_version()) or found.version,
        page=(problem and sent_page()) or new_page(),
        saved_text=saved_text(saved or found.updated_at, () if tried else findings),
        standing=standing_of(found, form.parsed().answers, waiting),
        before=before(
            previous_answers(
                services().database, by=current_actor(), registration_id=found.id, now=now()
            ),
            q,
        ),
        unconfirmed=waiting,
        accepted=accepted_sections(),
        confirmations={each.variable: each for each in confirmed},
        reasons=[(code, t.gettext(text)) for code, text in REASONS.items()],
        tried=tried,
        **around(found),
    )
