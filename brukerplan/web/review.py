"""Looking a registration over, submitting it, and taking it back."""

from __future__ import annotations

import uuid

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.actions.registering import (
    NotCompleteError,
    reopen_registration,
    submit_registration,
)
from brukerplan.persistence.queries import registrations
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import Finding, check, route
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Questionnaire, Severity
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.registration_page import problems, review, standing
from brukerplan.web.registration_place import opened, reads, submits, version
from brukerplan.web.services import services

blueprint = Blueprint("review", __name__, url_prefix="/registrering")
# One sentence says it for all of them: twenty times in a row, nobody reads it.
UNANSWERED = frozenset({"missing", "missing_choice"})


@blueprint.get("/<uuid:registration_id>/se-over")
@reads
def look_over(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Show everything answered, what must be mended and what must be confirmed."""
    return _review_page(opened(registration_id))


@blueprint.post("/<uuid:registration_id>/send-inn")
@submits
def submit(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Submit what is stored, and go back to the list for the next person."""
    t = current_translator()
    confirmed = frozenset(request.form.getlist("confirmed"))
    try:
        submit_registration(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=version(),
            confirmed=confirmed,
            now=now(),
        )
    except NotCompleteError:
        # Saved all the same, under a new version.
        return _review_page(opened(registration_id), confirmed=confirmed, tried=True), 400
    except UserError as error:
        if not _sent_by_the_first_of_two_clicks(registration_id):
            shown = opened(registration_id)
            return _review_page(shown, confirmed=confirmed, problem=error.text(t)), 409
    say(t.gettext("Registreringen er sendt inn."))
    return redirect(url_for("my_list.mine", _anchor="innhold"), code=303)


def _sent_by_the_first_of_two_clicks(registration_id: uuid.UUID) -> bool:
    """Whether the very version that was looked over is the one submitted."""
    with services().database.read() as session:
        latest = registrations.registration(session, registration_id)
    return latest is not None and (latest.state, latest.version) == ("submitted", version() + 1)


@blueprint.post("/<uuid:registration_id>/apne-igjen")
@submits
def reopen(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Make a submitted registration a draft again."""
    try:
        reopen_registration(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=version(),
            now=now(),
        )
    except UserError as error:
        shown = opened(registration_id)
        return _review_page(shown, problem=error.text(current_translator())), 409
    return redirect(url_for("registration.fill_in", registration_id=registration_id), code=303)


def _review_page(
    found: RegistrationView,
    *,
    confirmed: frozenset[str] = frozenset(),
    tried: bool = False,
    problem: str = "",
) -> str:
    q = edition(found.edition)
    t = current_translator()
    findings = check(
        q,
        route(q, found.answers),
        year=found.round_year,
        optional=g.optional,
        complete=True,
    )
    hard = tuple(finding for finding in findings if finding.severity is Severity.HARD)
    soft = tuple(finding for finding in findings if finding.severity is Severity.SOFT)
    unconfirmed = tuple(finding for finding in soft if finding.rule not in confirmed)
    label_of = {variable.id: variable.label for variable in q.variables}
    return render_template(
        "review.html",
        found=found,
        unit=g.unit,
        sections=review(found, q, t, optional=g.optional),
        hard=hard,
        wrong=problems((finding for finding in hard if finding.rule not in UNANSWERED), q, t),
        unanswered=[
            (f"q-{finding.variable}", t.pgettext(finding.variable, label_of[finding.variable]))
            for finding in hard
            if finding.rule in UNANSWERED
        ],
        soft=_to_confirm(soft, q),
        confirmed=confirmed | found.confirmed,
        unconfirmed=problems(unconfirmed, q, t) if tried and not hard else [],
        tried=tried,
        problem=problem,
        standing=standing(q, found.answers, t, optional=g.optional),
    )


def _to_confirm(soft: tuple[Finding, ...], q: Questionnaire) -> dict[str, list[tuple[str, str]]]:
    """Group by rule: one confirmation per rule, with every question it concerns."""
    t = current_translator()
    grouped: dict[str, list[tuple[str, str]]] = {}
    for finding in soft:
        label = t.pgettext(finding.variable, q.variable(finding.variable).label)
        grouped.setdefault(finding.rule, []).append((label, finding.text(t)))
    return grouped
