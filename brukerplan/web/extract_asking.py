"""The form that asks for an extract: counted as often as one likes, then sent."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.extract_counting import count_definition
from brukerplan.actions.extracting import Application, ask_extract
from brukerplan.disclosure.extract import PROPOSED, Age, Definition, Place
from brukerplan.forms.extracts import ExtractForm, extract_form, followed
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.tables.extracts import LONGEST_NAME, LONGEST_TEXT
from brukerplan.persistence.tables.states import CHANGEABLE
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.extract_words import ShownCount, labels, sections, shown_count
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("extract_asking", __name__, url_prefix="/forskningsuttrekk")


@blueprint.get("/nytt")
@permission(Permission.EXTRACT_ASK)
def page() -> ResponseReturnValue:
    """Ask what the file is to hold and what it is for; nothing is chosen beforehand."""
    return _page(_form_class()())


@blueprint.post("/nytt")
@permission(Permission.EXTRACT_ASK)
def send() -> ResponseReturnValue:
    """Count how many are alike, or send the application."""
    t = current_translator()
    form = _form_class()(request.form)
    counts = request.form.get("go_on") != "send"
    if not (form.validate_file() if counts else form.validate()):
        return _page(form), 400
    definition = Definition(
        years=tuple(sorted(map(int, form.years.data or ()))),
        place=Place(form.place.data),
        age=Age(form.age.data),
        follows_persons=followed(form),
        variables=tuple(form.variables.data or ()),
    )
    try:
        if counts:
            counted = count_definition(
                services().database, by=current_actor(), definition=definition, now=now()
            )
            return _page(form, count=shown_count(counted, PROPOSED, t))
        extract_id = ask_extract(
            services().database,
            by=current_actor(),
            application=_application(form),
            definition=definition,
            now=now(),
        )
    except UserError as error:
        return _page(form, problem=error.text(t)), 409
    say(t.gettext("Søknaden er sendt. En annen avgjør den."))
    return redirect(url_for("extracts.show", extract_id=extract_id), code=303)


def _application(form: ExtractForm) -> Application:
    last_day = form.expires_on.data
    assert last_day is not None  # the form has it
    return Application(
        project=form.project.data or "",
        recipient=form.recipient.data or "",
        purpose=form.purpose.data or "",
        legal_reference=form.legal_reference.data or "",
        expires_on=last_day,
    )


def _form_class() -> type[ExtractForm]:
    actor, t = current_actor(), current_translator()
    with services().database.read() as session:
        years = [
            line.year
            for line in rounds.rounds(session)
            if line.state not in CHANGEABLE
            and allows(
                actor,
                Permission.EXTRACT_ASK,
                organisations.organisation_path(session, line.owner_organisation_id),
            )
        ]
    today = in_oslo(now()).date()
    return extract_form(
        t,
        years=years,
        variables=labels(t),
        today=today,
        last_day=today + timedelta(days=PROPOSED.longest_access.value),
        longest_name=LONGEST_NAME,
        longest_text=LONGEST_TEXT,
    )


def _page(form: ExtractForm, *, problem: str = "", count: ShownCount | None = None) -> str:
    options = {option.data: option for option in form.variables}
    return render_template(
        "extract_ask.html",
        form=form,
        problem=problem,
        count=count,
        policy=PROPOSED,
        sections=[
            (title, [options[name] for name in names])
            for title, names in sections(current_translator())
        ],
    )
