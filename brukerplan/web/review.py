"""Looking a registration over, submitting it, taking it back, deleting a draft."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.actions.purposes import ASKED, ReadPurpose, purpose_of_reading
from brukerplan.actions.registering import (
    NotCompleteError,
    delete_registration,
    reopen_registration,
    submit_registration,
)
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import check, route
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Severity
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.log_words import PURPOSES
from brukerplan.web.messages import say
from brukerplan.web.registration_asked import REASONS, UNANSWERED, confirmations, reasons_sent
from brukerplan.web.registration_page import problems, review, standing
from brukerplan.web.registration_place import (
    around,
    current_registration,
    opened,
    reads,
    said_purpose,
    sent_by_the_first_of_two_clicks,
    submits,
    to_the_next,
    version,
    writes,
)
from brukerplan.web.services import services

blueprint = Blueprint("review", __name__, url_prefix="/registrering")


@blueprint.get("/<uuid:registration_id>/se-over")
@reads
def look_over(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Show everything answered, what must be mended and what must be confirmed."""
    said = said_purpose()
    found = opened(registration_id, said=said)
    with services().database.read() as session:
        purpose = purpose_of_reading(session, current_actor(), found, said)
    return _review_page(found, purpose=purpose)


@blueprint.post("/<uuid:registration_id>/send-inn")
@submits
def submit(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Submit what is stored, and go back to the list for the next person."""
    t = current_translator()
    try:
        submit_registration(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            version=version(),
            page="",
            confirmed=reasons_sent(),
            now=now(),
        )
    except NotCompleteError:
        # Saved all the same, under a new version.
        return _review_page(opened(registration_id), tried=True), 400
    except UserError as error:
        if not sent_by_the_first_of_two_clicks(registration_id):
            return _review_page(opened(registration_id), problem=error.text(t)), 409
    say(t.gettext("Registreringen er sendt inn."))
    return to_the_next(current_registration().unit_id)


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


@blueprint.post("/<uuid:registration_id>/slett")
@writes
def delete(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a draft: it was the wrong person, or one who is not to be mapped."""
    t = current_translator()
    if "sure" not in request.form:
        problem = t.gettext("Kryss av for at registreringen skal slettes.")
        return _review_page(opened(registration_id), problem=problem), 400
    try:
        delete_registration(
            services().database, by=current_actor(), registration_id=registration_id, now=now()
        )
    except UserError as error:
        return _review_page(opened(registration_id), problem=error.text(t)), 409
    say(t.gettext("Registreringen er slettet."))
    return redirect(url_for("my_list.mine"), code=303)


def _review_page(
    found: RegistrationView,
    *,
    tried: bool = False,
    problem: str = "",
    purpose: ReadPurpose | None = None,
) -> str:
    q = edition(found.edition)
    t = current_translator()
    findings = check(
        q,
        route(q, found.answers),
        year=found.round_year,
        optional=found.optional,
        complete=True,
    )
    hard = tuple(finding for finding in findings if finding.severity is Severity.HARD)
    given = {**found.confirmed, **reasons_sent()}
    asked = confirmations(findings, q, t, given=given)
    label_of = {variable.id: variable.label for variable in q.variables}
    waiting = [
        (section.id, t.pgettext(f"section.{section.id}", section.title))
        for section in q.sections
        if section.id in found.unconfirmed
    ]
    unreasoned = [
        (each.field, f"{', '.join(each.labels)}: {each.text}") for each in asked if not each.reason
    ]
    return render_template(
        "review.html",
        found=found,
        sections=review(found, q, t, optional=found.optional),
        hard=hard,
        waiting=waiting,
        wrong=problems((finding for finding in hard if finding.rule not in UNANSWERED), q, t),
        unanswered=[
            (f"q-{finding.variable}", t.pgettext(finding.variable, label_of[finding.variable]))
            for finding in hard
            if finding.rule in UNANSWERED
        ],
        confirmations=asked,
        reasons=[(code, t.gettext(text)) for code, text in REASONS.items()],
        unreasoned=unreasoned if tried else [],
        problem=problem,
        purpose=purpose,
        purposes=[(each, PURPOSES[each]) for each in ASKED],
        standing=standing(
            q, found.answers, t, optional=found.optional, unconfirmed=found.unconfirmed
        ),
        **around(found),
    )
