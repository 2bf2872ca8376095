"""Pages for everyone: the front, privacy, accessibility, the codebook, health."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.permissions import Permission
from brukerplan.questionnaire import registry
from brukerplan.questionnaire.codebook import codebook as make_codebook
from brukerplan.web.errors import error_page
from brukerplan.web.guards import holds_anywhere, public, signed_in
from brukerplan.web.i18n import current_translator
from brukerplan.web.services import services

blueprint = Blueprint("open", __name__)

# The first page a person has use for, by what they may do.
_STARTS = (
    (Permission.REGISTRATION_WRITE, "my_list.mine"),
    (Permission.ROUND_ADMINISTER, "rounds.index"),
    (Permission.MUNICIPALITY_READ_PROGRESS, "municipality.mine"),
    (Permission.ACCESS_LOG_READ, "access_log.newest"),
    (Permission.SECOND_FACTOR_RESET, "support.page"),
    (Permission.RELEASE_READ_UNPUBLISHED, "explorer.page"),
)


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """Say what this is."""
    return render_template("front.html")


@blueprint.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """Go to where the signed-in person's work begins."""
    for needed, endpoint in _STARTS:
        if holds_anywhere(current_user.actor, needed):
            return redirect(url_for(endpoint))
    return redirect(url_for("results.index"))


@blueprint.get("/kodebok/<edition>")
@public
def codebook(edition: str) -> ResponseReturnValue:
    """Show every question, code and rule of an edition."""
    t = current_translator()
    try:
        questionnaire = registry.edition(edition)
    except registry.UnknownEditionError as error:
        return error_page(404, advice=error.text(t))
    return render_template(
        "codebook.html",
        book=make_codebook(questionnaire, t),
        edition=edition,
        editions=[known.edition for known in registry.EDITIONS],
    )


@blueprint.get("/tilgjengelighet")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("accessibility.html")


@blueprint.get("/personvern")
@public
def privacy() -> ResponseReturnValue:
    """What is stored about whom, in plain words."""
    return render_template("privacy.html")


@blueprint.get("/helse")
@public
def health() -> ResponseReturnValue:
    """Tell a monitor that the application and its database answer."""
    services().database.check()
    return Response("ok\n", mimetype="text/plain")
