"""The health trust's pages: a round from training to publication, one step at a time."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.municipality import reopen_municipality
from brukerplan.actions.release import build_release, publish_release
from brukerplan.actions.replanning import drop_round, move_deadline
from brukerplan.actions.retention import set_purge_day
from brukerplan.actions.rounds import begin_correction, end_correction, open_for_registration
from brukerplan.forms.rounds import deadline_form, purge_form
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import ReopeningReason
from brukerplan.translation import UserError, mark
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.reopening import ROUND_REASONS, reason_given
from brukerplan.web.round_page import overview_of, page, place_of_round, step
from brukerplan.web.services import services


class NoMunicipalityChosenError(UserError):
    """Nobody was chosen to be asked."""

    message: ClassVar[str] = mark("Velg kommunen du vil be om retting.")


blueprint = Blueprint("rounds", __name__)
# As in the results, where an aggregate has at least so many municipalities.
FEWEST_ADDED_UP = 3


@blueprint.get("/runder")
@permission(Permission.ROUND_ADMINISTER)
def index() -> ResponseReturnValue:
    """List the rounds that the actor administers."""
    actor = current_actor()
    with services().database.read() as session:
        own = [
            line
            for line in rounds.rounds(session)
            if allows(
                actor,
                Permission.ROUND_ADMINISTER,
                organisations.organisation_path(session, line.owner_organisation_id),
            )
        ]
        published = rounds.released_years(session)
    return render_template("rounds.html", rounds=own, published=published)


@blueprint.get("/runde/<int:year>")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def overview(year: int) -> ResponseReturnValue:
    """Show every municipality of the round and the next step."""
    return page(year)


@blueprint.post("/runde/<int:year>/apne")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def begin(year: int) -> ResponseReturnValue:
    """End the training, wipe it, and open for registration."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        wiped = open_for_registration(
            services().database, by=current_actor(), round_id=found.id, now=now()
        )
        return t.ngettext(
            "Runden er åpnet for registrering. %(num)s øvingsregistrering er slettet.",
            "Runden er åpnet for registrering. %(num)s øvingsregistreringer er slettet.",
            wiped.registrations,
        )

    return step(year, act, confirmed=True)


@blueprint.post("/runde/<int:year>/slett")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def drop(year: int) -> ResponseReturnValue:
    """Give up a round in training."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        drop_round(services().database, by=current_actor(), round_id=found.id, now=now())
        return t.gettext("Planen for %(year)s er slettet, med alt det var øvd på.", year=year)

    return step(year, act, confirmed=True, box="given_up", then="rounds.index")


@blueprint.post("/runde/<int:year>/frist")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def set_deadline(year: int) -> ResponseReturnValue:
    """Move the deadline."""
    t = current_translator()
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
    if found is None:
        abort(404)
    form = deadline_form(t, opens_on=found.opens_on)(request.form)
    if not form.validate():
        return page(year, form=form), 400
    deadline = form.deadline.data
    assert deadline is not None  # the form has it

    def act(found: RoundLine) -> str:
        move_deadline(
            services().database,
            by=current_actor(),
            round_id=found.id,
            deadline=deadline,
            now=now(),
        )
        return t.gettext("Fristen er flyttet.")

    return step(year, act)


@blueprint.post("/runde/<int:year>/retting")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def correct(year: int) -> ResponseReturnValue:
    """Close for new registrations; what is opened again can be mended."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        begin_correction(services().database, by=current_actor(), round_id=found.id, now=now())
        return t.gettext("Runden er i retting. Ingen nye personer kan registreres.")

    return step(year, act)


@blueprint.post("/runde/<int:year>/registrering")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def open_again(year: int) -> ResponseReturnValue:
    """Go back from correction to registration, for a reason."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        end_correction(
            services().database,
            by=current_actor(),
            round_id=found.id,
            reason=reason_given(ROUND_REASONS),
            now=now(),
        )
        return t.gettext("Runden er åpnet for registrering igjen.")

    return step(year, act)


@blueprint.post("/runde/<int:year>/be-om-retting")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def ask_for_correction(year: int) -> ResponseReturnValue:
    """Open an approved municipality again, because the trust asks for a correction."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        chosen = next(
            (line for line in overview_of(found) if line.code == request.form.get("code")), None
        )
        if chosen is None:
            raise NoMunicipalityChosenError
        reopen_municipality(
            services().database,
            by=current_actor(),
            municipality_id=chosen.municipality_id,
            round_id=found.id,
            reason=ReopeningReason.ASKED_BY_TRUST,
            now=now(),
        )
        return t.gettext("%(name)s er bedt om retting og åpnet igjen.", name=chosen.name)

    return step(year, act)


@blueprint.post("/runde/<int:year>/frys")
@permission(Permission.ROUND_FREEZE, organisation=place_of_round)
def freeze(year: int) -> ResponseReturnValue:
    """Freeze the round, for ever."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        frozen = freeze_round(
            services().database,
            by=current_actor(),
            keys=services().keys.for_the_freeze(),
            round_id=found.id,
            now=now(),
        )
        if frozen.municipalities < FEWEST_ADDED_UP:
            # Their sum is a municipality's own number, or leads to it.
            return t.ngettext(
                "Runden er frosset, med %(num)s kommune.",
                "Runden er frosset, med %(num)s kommuner.",
                frozen.municipalities,
            )
        return t.gettext(
            "Runden er frosset: %(registrations)s registreringer fra %(municipalities)s kommuner.",
            registrations=frozen.registrations,
            municipalities=frozen.municipalities,
        )

    return step(year, act, confirmed=True)


@blueprint.post("/runde/<int:year>/slettedag")
@permission(Permission.ROUND_ADMINISTER, organisation=place_of_round)
def set_purge(year: int) -> ResponseReturnValue:
    """Set the day the round's registrations are deleted."""
    t = current_translator()
    form = purge_form(t)(request.form)
    if not form.validate():
        return page(year, purge=form), 400
    purge_on = form.purge_on.data
    assert purge_on is not None  # the form has it

    def act(found: RoundLine) -> str:
        set_purge_day(
            services().database,
            by=current_actor(),
            round_id=found.id,
            purge_on=purge_on,
            now=now(),
        )
        return t.gettext("Dagen registreringene slettes, er satt.")

    return step(year, act)


@blueprint.post("/runde/<int:year>/bygg")
@permission(Permission.RELEASE_BUILD, organisation=place_of_round)
def build(year: int) -> ResponseReturnValue:
    """Build the protected tables."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        build_release(services().database, by=current_actor(), round_id=found.id, now=now())
        return t.gettext(
            "Tallene er bygget og kontrollert. Se over, og publiser når tiden er inne."
        )

    return step(year, act)


@blueprint.post("/runde/<int:year>/publiser")
@permission(Permission.RELEASE_PUBLISH, organisation=place_of_round)
def publish(year: int) -> ResponseReturnValue:
    """Publish the release, for ever."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        with services().database.read() as session:
            built = next(
                (line for line in rounds.releases(session) if line.round_id == found.id), None
            )
        if built is None:
            abort(404)
        publish_release(
            services().database,
            by=current_actor(),
            release_id=built.id,
            now=now(),
        )
        return t.gettext("Tallene for %(year)s er publisert.", year=year)

    return step(year, act, confirmed=True)
