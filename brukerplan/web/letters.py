"""A unit's letters: who has been sent one, printing them, and saying that they are sent."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.actions.letters import (
    MOST_AT_ONCE,
    letters,
    list_letters,
    mark_informed,
    set_letter_language,
    unmark_informed,
)
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.letters import LetterLine
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.rounds import MunicipalityTerms, RoundLine
from brukerplan.persistence.tables.states import CHANGEABLE, MunicipalityState
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import LANGUAGE_NAMES, current_translator, in_oslo
from brukerplan.web.messages import say
from brukerplan.web.my_list import place_of_unit
from brukerplan.web.services import services

blueprint = Blueprint("letters", __name__, url_prefix="/brev")


class _Place(NamedTuple):
    """A unit in this year's round; ``None`` where it is in none."""

    unit: OrganisationLine
    round: RoundLine | None
    terms: MunicipalityTerms | None

    @property
    def settled(self) -> bool:
        """Whether what counts is settled, so that nothing is marked any more."""
        return (
            self.round is None
            or self.round.state not in CHANGEABLE
            or self.terms is None
            or self.terms.state == MunicipalityState.APPROVED
        )


@blueprint.get("/<int:unit_id>")
@permission(Permission.LETTER_SEND, organisation=place_of_unit)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """List who has and who has not been sent a letter."""
    return _page(_place(unit_id))


@blueprint.post("/<int:unit_id>/pdf")
@permission(Permission.LETTER_SEND, organisation=place_of_unit)
def printed(unit_id: int) -> ResponseReturnValue:
    """Print the chosen letters as one file, each in its language."""
    # The PDF maker takes half a second to load, which no other page should wait for.
    from brukerplan.reports.pdf import letters_pdf

    place = _place(unit_id)
    if place.round is None:
        abort(404)
    chosen = _chosen()
    try:
        _store_languages(_lines(place))
        batch = letters(
            services().database,
            by=current_actor(),
            unit_id=unit_id,
            round_id=place.round.id,
            registration_ids=chosen,
            now=now(),
        )
    except UserError as error:
        return _page(place, problem=error.text(current_translator())), 409
    if not batch.letters:
        return _nobody_chosen(place)
    response = Response(letters_pdf(batch.letters, place.unit.language), mimetype="application/pdf")
    # Kept beside the page, where the same letters are then marked as sent.
    response.headers["Content-Disposition"] = f'attachment; filename="brev-{place.round.year}.pdf"'
    return response


@blueprint.post("/<int:unit_id>/sendt")
@permission(Permission.LETTER_SEND, organisation=place_of_unit)
def sent(unit_id: int) -> ResponseReturnValue:
    """Mark the chosen letters as sent: those of the page, not those that came since."""
    t = current_translator()
    place = _place(unit_id)
    lines = _lines(place)
    chosen = _chosen() & {line.registration_id for line in lines}
    if not chosen:
        return _nobody_chosen(place)
    try:
        _store_languages(lines)
        marked = mark_informed(
            services().database, by=current_actor(), registration_ids=chosen, now=now()
        )
    except UserError as error:
        return _page(place, problem=error.text(t)), 409
    say(
        t.ngettext("%(num)s brev er merket som sendt.", "%(num)s brev er merket som sendt.", marked)
    )
    return redirect(url_for(".of_unit", unit_id=unit_id), code=303)


@blueprint.post("/<int:unit_id>/sprak")
@permission(Permission.LETTER_SEND, organisation=place_of_unit)
def languages(unit_id: int) -> ResponseReturnValue:
    """Store the languages that were chosen."""
    t = current_translator()
    place = _place(unit_id)
    try:
        _store_languages(_lines(place))
    except UserError as error:
        return _page(place, problem=error.text(t)), 409
    say(t.gettext("Språkene er lagret."))
    return redirect(url_for(".of_unit", unit_id=unit_id), code=303)


@blueprint.post("/<int:unit_id>/angre")
@permission(Permission.LETTER_SEND, organisation=place_of_unit)
def unsent(unit_id: int) -> ResponseReturnValue:
    """Take back, the same day, that a letter was sent."""
    t = current_translator()
    place = _place(unit_id)
    chosen = _chosen() & {line.registration_id for line in _lines(place)}
    if len(chosen) != 1:
        abort(404)
    try:
        unmark_informed(
            services().database, by=current_actor(), registration_id=chosen.pop(), now=now()
        )
    except UserError as error:
        return _page(place, problem=error.text(t)), 409
    say(t.gettext("Brevet er ikke lenger merket som sendt."))
    return redirect(url_for(".of_unit", unit_id=unit_id), code=303)


def _place(unit_id: int) -> _Place:
    with services().database.read() as session:
        unit = organisations.organisation(session, unit_id)
        assert unit is not None  # the guard has found it
        current = rounds.current_round(session)
        if current is None or rounds.unit_progress(session, unit_id, current.id) is None:
            return _Place(unit, None, None)
        assert unit.parent_id is not None  # it is in a round, so it is a unit
        terms = rounds.municipality_terms(session, unit.parent_id, current.id)
    return _Place(unit, current, terms)


def _lines(place: _Place) -> tuple[LetterLine, ...]:
    if place.round is None:
        return ()
    return list_letters(
        services().database,
        by=current_actor(),
        unit_id=place.unit.id,
        round_id=place.round.id,
        now=now(),
    )


def _chosen() -> set[uuid.UUID]:
    """Return the one whose button was pressed, or those that are ticked."""
    found = set()
    for text in request.form.getlist("only") or request.form.getlist("registration"):
        try:
            found.add(uuid.UUID(text))
        except ValueError:
            abort(404)
    return found


def _store_languages(lines: tuple[LetterLine, ...]) -> None:
    """Store what was chosen in the lists; where nothing changed, nothing is written."""
    for line in lines:
        wanted = request.form.get(f"language-{line.registration_id}", line.language)
        if wanted != line.language:
            set_letter_language(
                services().database,
                by=current_actor(),
                registration_id=line.registration_id,
                language=wanted,
                now=now(),
            )


def _nobody_chosen(place: _Place) -> ResponseReturnValue:
    problem = current_translator().gettext("Velg minst ett brev i listen.")
    return _page(place, problem=problem), 400


def _page(place: _Place, *, problem: str = "") -> str:
    lines = _lines(place)
    today = in_oslo(now()).date()
    return render_template(
        "letters.html",
        place=place,
        waiting=[line for line in lines if line.informed_at is None],
        sent=[line for line in lines if line.informed_at is not None],
        of_today={
            line.registration_id
            for line in lines
            if line.informed_at is not None and in_oslo(line.informed_at).date() == today
        },
        languages=LANGUAGE_NAMES,
        most=MOST_AT_ONCE,
        problem=problem,
    )
