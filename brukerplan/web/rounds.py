"""The health trust's pages: how far the municipalities are, freeze, build, publish."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.release import build_release, publish_release
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.translation import UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("rounds", __name__)


def place_of_round(year: int) -> tuple[int, ...] | None:
    """Find the organisation that owns the round, with its ancestors."""
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
        if found is None:
            return None
        return organisations.organisation_path(session, found.owner_organisation_id)


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
    return _page(year)


@blueprint.post("/runde/<int:year>/frys")
@permission(Permission.ROUND_FREEZE, organisation=place_of_round)
def freeze(year: int) -> ResponseReturnValue:
    """Freeze the round, for ever."""
    t = current_translator()

    def act(found: RoundLine) -> str:
        frozen = freeze_round(
            services().database,
            by=current_actor(),
            keys=services().keys,
            round_id=found.id,
            now=now(),
        )
        return t.gettext(
            "Runden er frosset: %(registrations)s registreringer fra %(municipalities)s kommuner.",
            registrations=frozen.registrations,
            municipalities=frozen.municipalities,
        )

    return _step(year, act, confirmed=True)


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

    return _step(year, act)


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

    return _step(year, act, confirmed=True)


def _step(
    year: int, act: Callable[[RoundLine], str], *, confirmed: bool = False
) -> ResponseReturnValue:
    """Take one step; those that cannot be undone need their box ticked."""
    t = current_translator()
    if confirmed and request.form.get("understood") != "yes":
        return _page(year, unconfirmed=t.gettext("Kryss av for at du vet hva dette gjør.")), 400
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
    if found is None:
        abort(404)
    try:
        done = act(found)
    except UserError as error:
        return _page(year, problem=error.text(t)), 409
    say(done)
    return redirect(url_for(".overview", year=year), code=303)


def _page(year: int, *, problem: str = "", unconfirmed: str = "") -> str:
    with services().database.read() as session:
        found = rounds.round_of_year(session, year)
        if found is None:
            abort(404)
        municipalities = rounds.round_overview(session, found.id)
        release = next(
            (line for line in rounds.releases(session) if line.round_id == found.id), None
        )
    taking_part = [line for line in municipalities if line.takes_part]
    return render_template(
        "round.html",
        round=found,
        municipalities=municipalities,
        approved=[line for line in taking_part if line.state == "approved"],
        waiting=[line for line in taking_part if line.state != "approved"],
        release=release,
        problem=problem,
        unconfirmed=unconfirmed,
    )
