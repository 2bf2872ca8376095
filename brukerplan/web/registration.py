"""The registration page: fill in and save.

The page is whole without JavaScript: one form with two buttons. The script sends the same
form to the same address and asks for JSON, so that there is one way of saving.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.registering import save_draft
from brukerplan.forms import RegistrationForm, registration_form
from brukerplan.persistence.engine import DatabaseUnavailableError
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import Finding
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Questionnaire, Severity
from brukerplan.translation import Translator, UserError
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page, session_ended, wants_json
from brukerplan.web.guards import current_actor, signed_in
from brukerplan.web.i18n import clock, current_translator
from brukerplan.web.messages import say
from brukerplan.web.registration_page import problems, standing
from brukerplan.web.registration_place import (
    opened,
    place_of_registration,
    typed_version,
    version,
    writes,
)
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
    """Save the draft; then stay, or go on to look it over."""
    found: RegistrationView = g.registration
    t = current_translator()
    form = _form_class(found)(request.form)
    parsed = form.parsed()
    moment = now()
    try:
        saved = save_draft(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=version(),
            answers=parsed.answers,
            now=moment,
        )
    except DatabaseUnavailableError:
        # Not the answers' fault: the script tries again, and the error page keeps them.
        raise
    except UserError as error:
        if wants_json():
            return jsonify(message=error.text(t)), 409
        return _page(found, form, problem=error.text(t)), 409
    hard = (found for found in saved.findings if found.severity is Severity.HARD)
    findings = (*parsed.findings, *hard)
    if wants_json():
        return _as_json(found, form, findings, version=saved.version, moment=moment)
    if findings:
        form.show(findings)
        return _page(found, form, findings=findings, version=saved.version, saved=moment), 400
    if request.form.get("go_on") == "review":
        return redirect(url_for("review.look_over", registration_id=registration_id), code=303)
    say(t.gettext("Lagret %(time)s.", time=clock(moment)))
    return redirect(url_for(".fill_in", registration_id=registration_id), code=303)


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
    form = _form_class(found)(request.form)
    # The version that was typed over, not the newest: a change in between is still noticed.
    return _page(found, form, problem=problem, version=typed_version()), 400


def _form_class(found: RegistrationView) -> type[RegistrationForm]:
    return registration_form(edition(found.edition), current_translator(), optional=g.optional)


def _page(
    found: RegistrationView,
    form: RegistrationForm,
    *,
    findings: tuple[Finding, ...] = (),
    problem: str = "",
    version: int | None = None,
    saved: datetime | None = None,
) -> str:
    q: Questionnaire = edition(found.edition)
    t = current_translator()
    summary = [("", problem)] if problem else problems(findings, q, t)
    return render_template(
        "registration.html",
        found=found,
        unit=g.unit,
        form=form,
        problems=summary,
        not_saved=bool(problem),
        version=found.version if version is None else version,
        saved_text=_saved(saved or found.updated_at, findings, t),
        standing=standing(q, form.parsed().answers, t, optional=g.optional),
        colours=[code.id for code in q.variable(q.level_rule.areas[0]).codes],
    )


def _as_json(
    found: RegistrationView,
    form: RegistrationForm,
    findings: tuple[Finding, ...],
    *,
    version: int,
    moment: datetime,
) -> ResponseReturnValue:
    t = current_translator()
    now_at = standing(edition(found.edition), form.parsed().answers, t, optional=g.optional)
    errors: dict[str, list[str]] = {}
    for finding in findings:
        errors.setdefault(finding.variable, []).append(finding.text(t))
    return jsonify(
        version=version,
        saved=_saved(moment, findings, t),
        level={
            "id": now_at.level.level,
            "label": now_at.level.label,
            "why": now_at.level.why,
        },
        progress={"answered": now_at.progress.answered, "asked": now_at.progress.asked},
        finished=sorted(now_at.finished),
        errors=errors,
    )


def _saved(moment: datetime, findings: tuple[Finding, ...], t: Translator) -> str:
    """Say when; a page that tells of an error elsewhere tells of it here, where it is heard."""
    if findings:
        return t.gettext("Lagret %(time)s, men noe må rettes", time=clock(moment))
    return t.gettext("Lagret %(time)s", time=clock(moment))
