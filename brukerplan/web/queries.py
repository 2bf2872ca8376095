"""Asking the unit about a registration, answering, and closing the question."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.query_errors import AlreadyAskedError
from brukerplan.actions.query_reading import Asking, prepare_to_ask, read_query
from brukerplan.actions.querying import answer_query, ask, close_query, queries_of
from brukerplan.forms.querying import AnswerForm, AskForm, answer_form, ask_form
from brukerplan.persistence.queries import organisations, registrations
from brukerplan.persistence.queries.asked import QueryLine
from brukerplan.persistence.tables.states import (
    QueryAnswer,
    QueryQuestion,
    QueryState,
    RegistrationState,
)
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.errors import error_page
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.query_place import place_of_asked, place_of_query
from brukerplan.web.query_words import ANSWERS, QUESTIONS, STATES, in_words, question_text
from brukerplan.web.services import services

blueprint = Blueprint("queries", __name__)
TWO_CLICKS = timedelta(seconds=10)

# A stranger's registration or question and one that does not exist give the same answer.
asks = permission(Permission.QUERY_ASK, organisation=place_of_asked, hidden=True)
answers = permission(Permission.REGISTRATION_WRITE, organisation=place_of_query, hidden=True)
closes = permission(Permission.QUERY_ASK, organisation=place_of_query, hidden=True)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Give templates the words of questions; the partial stands on other people's pages."""
    state.app.jinja_env.globals.update(
        query_text=lambda query: question_text(
            current_translator(), query.question, query.variable
        ),
        query_answer=lambda query: current_translator().gettext(ANSWERS[query.answer]),
        query_state=lambda query: current_translator().gettext(STATES[query.state]),
        query_age=_age,
    )


@blueprint.get("/registrering/<uuid:registration_id>/sporsmal")
@asks
def prepare(registration_id: uuid.UUID) -> str:
    """Show what can be asked about the registration, and of whom."""
    asking = _asking(registration_id)
    return _ask_page(asking, _ask_form(asking)())


@blueprint.post("/registrering/<uuid:registration_id>/sporsmal")
@asks
def send(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Ask, and go back to the findings."""
    t = current_translator()
    asking = _asking(registration_id)
    form = _ask_form(asking)(request.form)
    if not form.validate():
        return _ask_page(asking, form), 400
    assignee = form.assignee.data
    try:
        ask(
            services().database,
            by=current_actor(),
            registration_id=registration_id,
            question=QueryQuestion(form.question.data),
            variable=form.variable.data or None,
            assignee_id=int(assignee) if assignee else None,
            now=now(),
        )
    except UserError as error:
        twice = isinstance(error, AlreadyAskedError) and _just_asked(registration_id, form)
        if not twice:
            return _ask_page(asking, form, problem=error.text(t)), 409
    say(t.gettext("Spørsmålet er sendt til tjenesten."))
    return _to_findings(registration_id)


@blueprint.get("/sporsmal/<uuid:query_id>")
@answers
def read(query_id: uuid.UUID) -> str:
    """Show one question to those who can answer it."""
    query = read_query(services().database, by=current_actor(), query_id=query_id, now=now())
    return _answer_page(query, _answer_form()())


@blueprint.post("/sporsmal/<uuid:query_id>/svar")
@answers
def answer(query_id: uuid.UUID) -> ResponseReturnValue:
    """Answer by a code, and go back to the registration."""
    t = current_translator()
    query = read_query(services().database, by=current_actor(), query_id=query_id, now=now())
    form = _answer_form()(request.form)
    if not form.validate():
        return _answer_page(query, form), 400
    try:
        answer_query(
            services().database,
            by=current_actor(),
            query_id=query_id,
            answer=QueryAnswer(form.answer.data),
            now=now(),
        )
    except UserError as error:
        return _answer_page(query, form, problem=error.text(t)), 409
    say(t.gettext("Svaret er sendt."))
    return redirect(_to_registration(query.registration_id), code=303)


@blueprint.post("/sporsmal/<uuid:query_id>/lukk")
@closes
def close(query_id: uuid.UUID) -> ResponseReturnValue:
    """Close the question, and go back to the findings."""
    t = current_translator()
    try:
        closed = close_query(services().database, by=current_actor(), query_id=query_id, now=now())
    except UserError as error:
        return error_page(409, heading=t.gettext("Dette gikk ikke"), advice=error.text(t))
    say(t.gettext("Spørsmålet er avsluttet."))
    return _to_findings(closed.registration_id)


def _just_asked(registration_id: uuid.UUID, form: AskForm) -> bool:
    """Whether the first of two clicks has asked this very question."""
    with services().database.read() as session:
        asked = queries_of(session, registration_id)
    return any(
        (query.question, query.variable) == (form.question.data, form.variable.data or None)
        and query.asked_by == current_actor().user_id
        and query.state == QueryState.OPEN
        # Not from the future: then the clock has been set back, and this is no second click.
        and timedelta(0) <= now() - query.asked_at < TWO_CLICKS
        for query in asked
    )


def _to_findings(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Back to the coordinator's page, or the lead's, at the unit in question."""
    return redirect(_findings_address(registration_id), code=303)


def _findings_address(registration_id: uuid.UUID) -> str:
    with services().database.read() as session:
        found = registrations.registration(session, registration_id)
        if found is None:
            abort(404)
        place = organisations.organisation(session, found.municipality_id)
    anchor = f"tjeneste-{found.unit_id}"
    if place is not None and allows(
        current_actor(), Permission.REGISTRATION_CHECK, found.organisation_path
    ):
        return url_for(
            "quality.municipality", code=place.code, year=found.round_year, _anchor=anchor
        )
    return url_for("quality.unit", unit_id=found.unit_id, year=found.round_year, _anchor=anchor)


def _to_registration(registration_id: uuid.UUID) -> str:
    """Address of the registration as it is now: a draft is filled in, the rest looked over."""
    with services().database.read() as session:
        found = registrations.registration(session, registration_id)
    draft = found is not None and found.state == RegistrationState.DRAFT
    page = "registration.fill_in" if draft else "review.look_over"
    return url_for(page, registration_id=registration_id)


def _asking(registration_id: uuid.UUID) -> Asking:
    return prepare_to_ask(
        services().database, by=current_actor(), registration_id=registration_id, now=now()
    )


def _ask_form(asking: Asking) -> type[AskForm]:
    t = current_translator()
    return ask_form(
        t,
        questions=in_words(t, QUESTIONS),
        questionnaire=edition(asking.edition),
        writers=[(writer.id, writer.name) for writer in asking.writers],
    )


def _answer_form() -> type[AnswerForm]:
    t = current_translator()
    return answer_form(t, answers=in_words(t, ANSWERS))


def _ask_page(asking: Asking, form: AskForm, *, problem: str = "") -> str:
    return render_template(
        "ask.html",
        asking=asking,
        form=form,
        problem=problem,
        findings=_findings_address(asking.registration_id),
    )


def _answer_page(query: QueryLine, form: AnswerForm, *, problem: str = "") -> str:
    return render_template(
        "query.html",
        query=query,
        form=form,
        problem=problem,
        registration=_to_registration(query.registration_id),
    )


def _age(query: QueryLine) -> int:
    """Whole days since it was asked, by the calendar; none where clocks disagree."""
    return max(0, (in_oslo(now()).date() - in_oslo(query.asked_at).date()).days)
