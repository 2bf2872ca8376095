"""Extracts for research: asked for, decided, fetched and ended, each a page or a step."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.access.roles import PERMISSIONS
from brukerplan.actions.extract_counting import Counted, count_extract
from brukerplan.actions.extract_file import fetch_extract
from brukerplan.actions.extracting import approve_extract, end_extract, reject_extract
from brukerplan.disclosure.extract import PROPOSED
from brukerplan.extracts import Form
from brukerplan.persistence.queries import extracts, organisations
from brukerplan.persistence.tables.states import ExtractState
from brukerplan.translation import LANGUAGES, UserError, translator
from brukerplan.web.clock import now
from brukerplan.web.extract_words import shown_count, shown_definition
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.i18n import LANGUAGE_NAMES, current_translator, in_oslo
from brukerplan.web.log_words import WORDS
from brukerplan.web.messages import say
from brukerplan.web.services import services

blueprint = Blueprint("extracts", __name__, url_prefix="/forskningsuttrekk")

ZIP = "application/zip"


def place_of_extract(extract_id: int) -> tuple[int, ...] | None:
    """Find the organisation that an extract belongs to, with its ancestors."""
    with services().database.read() as session:
        owner_id = extracts.extract_owner(session, extract_id)
        return None if owner_id is None else organisations.organisation_path(session, owner_id)


reads = permission(Permission.EXTRACT_READ, organisation=place_of_extract, hidden=True)
decides = permission(Permission.EXTRACT_APPROVE, organisation=place_of_extract, hidden=True)
asks = permission(Permission.EXTRACT_ASK, organisation=place_of_extract, hidden=True)


@blueprint.get("")
@permission(Permission.EXTRACT_READ)
def index() -> ResponseReturnValue:
    """List what is asked for where the actor may see it."""
    actor = current_actor()
    held = {
        each.organisation_id
        for each in actor.memberships
        if Permission.EXTRACT_READ in PERMISSIONS[each.role]
    }
    with services().database.read() as session:
        reach = {each for owner in held for each in organisations.below(session, owner)}
        lines = extracts.extract_lines(session, reach)
    return render_template("extracts.html", lines=lines, today=in_oslo(now()).date())


@blueprint.get("/<int:extract_id>")
@reads
def show(extract_id: int) -> ResponseReturnValue:
    """Show what is asked for, how many are alike, and what has been done."""
    return _page(extract_id)


@blueprint.post("/<int:extract_id>/godkjenn")
@decides
def approve(extract_id: int) -> ResponseReturnValue:
    """Approve what somebody else asked for."""
    t = current_translator()
    if request.form.get("understood") != "yes":
        asked = t.gettext("Kryss av for at du har vurdert formål, hjemmel og omfang.")
        return _page(extract_id, problem=asked, box="understood"), 400
    return _step(
        extract_id,
        lambda: approve_extract(
            services().database,
            by=current_actor(),
            keys=services().keys.for_extracts(),
            extract_id=extract_id,
            now=now(),
        ),
        t.gettext("Uttrekket er godkjent. Den som søkte, kan hente filen."),
    )


@blueprint.post("/<int:extract_id>/avsla")
@decides
def reject(extract_id: int) -> ResponseReturnValue:
    """Reject what somebody else asked for."""
    t = current_translator()
    reason = request.form.get("because", "")
    if not reason.strip():
        asked = t.gettext("Skriv hvorfor søknaden avslås.")
        return _page(extract_id, problem=asked, box="because"), 400
    return _step(
        extract_id,
        lambda: reject_extract(
            services().database,
            by=current_actor(),
            extract_id=extract_id,
            because=reason,
            now=now(),
        ),
        t.gettext("Søknaden er avslått."),
    )


@blueprint.post("/<int:extract_id>/avslutt")
@decides
def end(extract_id: int) -> ResponseReturnValue:
    """End the access before its day."""
    t = current_translator()
    return _step(
        extract_id,
        lambda: end_extract(
            services().database, by=current_actor(), extract_id=extract_id, now=now()
        ),
        t.gettext("Tilgangen er avsluttet og nøkkelen slettet."),
    )


@blueprint.post("/<int:extract_id>/hent")
@asks
def fetch(extract_id: int) -> ResponseReturnValue:
    """Send the file; that it was fetched is logged first."""
    t = current_translator()
    form, language = request.form.get("form", ""), request.form.get("language", t.language)
    if form not in list(Form) or language not in LANGUAGES:
        return _page(extract_id, problem=t.gettext("Velg filtype og språk.")), 400
    chosen = translator(language)
    try:
        content = fetch_extract(
            services().database,
            by=current_actor(),
            keys=services().keys.for_extracts(),
            extract_id=extract_id,
            form=Form(form),
            translator=chosen,
            now=now(),
        )
    except UserError as error:
        return _page(extract_id, problem=error.text(t)), 409
    response = Response(content, mimetype=ZIP)
    name = chosen.gettext("uttrekk-%(number)s", number=extract_id)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{form}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _step(extract_id: int, act: Callable[[], None], done: str) -> ResponseReturnValue:
    try:
        act()
    except UserError as error:
        return _page(extract_id, problem=error.text(current_translator())), 409
    say(done)
    return redirect(url_for(".show", extract_id=extract_id), code=303)


def _page(extract_id: int, *, problem: str = "", box: str = "") -> str:
    actor, t = current_actor(), current_translator()
    with services().database.read() as session:
        found = extracts.extract(session, extract_id)
        if found is None:
            abort(404)
        path = organisations.organisation_path(session, found.line.organisation_id)
        done = extracts.done_with(session, found.line)
    waiting = found.line.state == ExtractState.ASKED
    today = in_oslo(now()).date()
    open_for_fetching = found.line.state == ExtractState.APPROVED and today <= found.line.expires_on
    mine = found.line.asked_by == actor.user_id
    may_decide = allows(actor, Permission.EXTRACT_APPROVE, path)
    counted: Counted | None = None
    if waiting:
        counted = count_extract(services().database, by=actor, extract_id=extract_id, now=now())
    return render_template(
        "extract.html",
        found=found,
        what=shown_definition(found.definition, t),
        count=None if counted is None else shown_count(counted, PROPOSED, t),
        policy=PROPOSED,
        done=[line for line in done if line.action != "extract.counted"],
        words=WORDS,
        expired=found.line.expires_on < today,
        decidable=waiting and may_decide and not mine,
        own_waiting=waiting and mine,
        fetchable=open_for_fetching and mine,
        endable=found.line.state == ExtractState.APPROVED and may_decide,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        problem=problem,
        box=box,
    )
