"""The coordinator's page for persons registered by several units: look, choose, make one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.merging import (
    Merged,
    OpenedDuplicate,
    list_duplicates,
    merge,
    open_duplicate,
)
from brukerplan.actions.scope import RegistrationNotFoundError
from brukerplan.forms.merging import FIRST, PREFIX, SECOND, chosen
from brukerplan.persistence.queries import duplicates as stored
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import OrganisationKind, RegistrationState
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Variable, Widget
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.municipality_place import municipality_path
from brukerplan.web.registration_page import answer_in_words
from brukerplan.web.services import services

blueprint = Blueprint("duplicates", __name__, url_prefix="/kommune/<code>/<int:year>/samme-person")
merges = permission(Permission.REGISTRATION_MERGE, organisation=municipality_path)
# More would not be read in a message on top of a page.
_MOST_NAMED = 5


class _Place(NamedTuple):
    municipality: OrganisationLine
    round: RoundLine


class _Question(NamedTuple):
    """A question with both answers in words; ``chosen`` is the side that is ticked.

    ``colours`` are those of a function area, to be shown with their symbol.
    """

    variable: str
    label: str
    first: str
    second: str
    chosen: str
    colours: tuple[str, str]


class _Section(NamedTuple):
    title: str
    questions: list[_Question]


@blueprint.get("")
@merges
def of_municipality(code: str, year: int) -> ResponseReturnValue:
    """List the persons with several registrations."""
    place = _place(code, year)
    found = list_duplicates(
        services().database,
        by=current_actor(),
        municipality_id=place.municipality.id,
        round_id=place.round.id,
        now=now(),
    )
    return render_template("duplicates.html", place=place, persons=found)


@blueprint.get("/<uuid:first>/<uuid:second>")
@merges
def side_by_side(code: str, year: int, first: uuid.UUID, second: uuid.UUID) -> ResponseReturnValue:
    """Show two registrations of one person."""
    place = _place(code, year)
    return _page(place, _opened(place, first, second))


@blueprint.post("/<uuid:first>/<uuid:second>")
@merges
def make_one(code: str, year: int, first: uuid.UUID, second: uuid.UUID) -> ResponseReturnValue:
    """Make one registration of the two."""
    t = current_translator()
    place = _place(code, year)
    opened = _opened(place, first, second)
    wanted = chosen(request.form, [each.variable for each in opened.differences])
    if wanted is None:
        abort(400)
    if wanted.keep is None:
        problem = t.gettext("Velg hvilken tjeneste som skal beholde registreringen.")
        return _page(place, opened, problem=problem, at="keep-first"), 400
    ids = (opened.first.id, opened.second.id)
    keep_id, other_id = wanted.kept_and_other(*ids)
    try:
        merged = merge(
            services().database,
            by=current_actor(),
            keep_id=keep_id,
            other_id=other_id,
            choices=wanted.choices(),
            versions=dict(zip(ids, wanted.versions, strict=True)),
            now=now(),
        )
    except RegistrationNotFoundError:
        abort(404)
    except UserError as error:
        # Read again: what the page now shows is what the next try is about.
        return _page(place, _opened(place, first, second), problem=error.text(t)), 409
    say(_told(merged, opened.first))
    return redirect(url_for(".of_municipality", code=code, year=year), code=303)


def _place(code: str, year: int) -> _Place:
    with services().database.read() as session:
        found = organisations.organisation_by_code(session, OrganisationKind.MUNICIPALITY, code)
        current = rounds.round_of_year(session, year)
    if found is None or current is None:
        abort(404)
    return _Place(found, current)


def _opened(place: _Place, first: uuid.UUID, second: uuid.UUID) -> OpenedDuplicate:
    """Read the two, if they are one person of this municipality and round; else 404."""
    with services().database.read() as session:
        persons = stored.duplicates(session, place.municipality.id, place.round.id)
    known = [{one.registration_id for one in person.registrations} for person in persons]
    if not any({first, second} <= person for person in known) or first == second:
        abort(404)
    try:
        return open_duplicate(
            services().database, by=current_actor(), one_id=first, other_id=second, now=now()
        )
    except RegistrationNotFoundError:
        abort(404)


def _told(merged: Merged, found: RegistrationView) -> str:
    """Say what became of it. It goes in a cookie: nothing about the person."""
    t = current_translator()
    done = t.gettext("De to registreringene er slått sammen til én.")
    if merged.state == RegistrationState.SUBMITTED:
        return done
    q = edition(found.edition)
    names = list(dict.fromkeys(finding.variable for finding in merged.missing))
    more = len(names) - _MOST_NAMED
    words = [t.pgettext(name, q.variable(name).label) for name in names[:_MOST_NAMED]]
    if more > 0:
        words.append(t.ngettext("%(num)s spørsmål til", "%(num)s spørsmål til", more))
    parts = [done, t.gettext("Den er ikke sendt inn. Tjenesten må gjøre den ferdig.")]
    if words:
        parts.append(t.gettext("Se over: %(questions)s.", questions=", ".join(words)))
    if merged.reopened:
        parts.append(t.gettext("Tjenesten er åpnet igjen og må levere på nytt."))
    return " ".join(parts)


def _page(place: _Place, opened: OpenedDuplicate, *, problem: str = "", at: str = "") -> str:
    first, second = opened.first, opened.second
    return render_template(
        "duplicate.html",
        place=place,
        first=first,
        second=second,
        different=_different(opened, request.form),
        same=_same(opened),
        keep=request.form.get("keep")
        or (
            SECOND
            if (first.state, second.state) == (RegistrationState.DRAFT, RegistrationState.SUBMITTED)
            else FIRST
        ),
        problem=problem,
        at=at,
    )


def _different(opened: OpenedDuplicate, sent: Mapping[str, str]) -> list[_Section]:
    by_variable = {each.variable: each for each in opened.differences}
    t = current_translator()
    sections = []
    for section in edition(opened.first.edition).sections:
        questions = [
            _Question(
                variable.id,
                t.pgettext(variable.id, variable.label),
                _words(variable, opened.first),
                _words(variable, opened.second),
                sent.get(PREFIX + variable.id) or by_variable[variable.id].suggested,
                _colours(variable, opened),
            )
            for variable in section.variables
            if variable.id in by_variable
        ]
        if questions:
            title = t.pgettext(f"section.{section.id}", section.title)
            sections.append(_Section(title, questions))
    return sections


def _same(opened: OpenedDuplicate) -> list[tuple[str, str]]:
    t = current_translator()
    q = edition(opened.first.edition)
    return [
        (t.pgettext(name, q.variable(name).label), _words(q.variable(name), opened.first))
        for name in opened.same
    ]


def _colours(variable: Variable, opened: OpenedDuplicate) -> tuple[str, str]:
    if variable.widget != Widget.FUNCTION_AREA:
        return ("", "")
    first, second = (
        str(found.answers.get(variable.id, "")) for found in (opened.first, opened.second)
    )
    return first, second


def _words(variable: Variable, found: RegistrationView) -> str:
    return answer_in_words(variable, found.answers, current_translator())
