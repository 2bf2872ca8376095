"""The explorer: one table of the questionnaire, for a few areas and years, at one address.

Open to everyone, as everything published is. Whoever may read unpublished releases sees
those of their own areas too, marked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.policy import Actor
from brukerplan.actions.exploring import Offer, explore, offered
from brukerplan.files import csv_bytes
from brukerplan.reports.explore import Setting
from brukerplan.reports.explore_compare import warnings
from brukerplan.reports.explore_lines import GROUPS, data, lines
from brukerplan.reports.explore_method import method
from brukerplan.reports.explore_panels import panels
from brukerplan.translation import Translator
from brukerplan.web.errors import error_page
from brukerplan.web.explorer_choice import Choice, read_choice
from brukerplan.web.explorer_form import form_of
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_translator
from brukerplan.web.importing import attachment
from brukerplan.web.services import services


@dataclass(frozen=True, slots=True)
class _View:
    offer: Offer
    choice: Choice
    setting: Setting


blueprint = Blueprint("explorer", __name__, url_prefix="/utforsk")


@blueprint.get("")
@public
def page() -> ResponseReturnValue:
    """Show the form, the tables with their charts, and the method note."""
    t = current_translator()
    view = _view(t)
    if view is None:
        return render_template("explorer_empty.html")
    choice, setting, query = view.choice, view.setting, view.choice.query
    answer = render_template(
        "explorer.html",
        choice=choice,
        form=form_of(choice, view.offer, t),
        setting=setting,
        panels=panels(setting),
        warnings=warnings(setting),
        method=method(setting),
        group=t.gettext(GROUPS[choice.wanted.population]),
        unpublished=setting.numbers.years(setting.explored.unpublished),
        edition=max(setting.explored.editions.values()),
        address=f"{services().settings.public_url}{url_for('.page')}?{query}",
        csv=f"{url_for('.csv_file')}?{query}",
        json=f"{url_for('.json_file')}?{query}",
    )
    return answer, 400 if choice.problems else 200


@blueprint.get("/tabell.csv")
@public
def csv_file() -> ResponseReturnValue:
    """Send what the page shows as a file for spreadsheets."""
    return _download(_as_csv)


@blueprint.get("/tabell.json")
@public
def json_file() -> ResponseReturnValue:
    """Send what the page shows as data."""
    return _download(lambda setting: jsonify(data(setting)))


def _download(write: Callable[[Setting], Response]) -> ResponseReturnValue:
    t = current_translator()
    view = _view(t)
    if view is None:
        abort(404)
    if view.choice.problems:
        # A file has no place to say what it left out.
        said = " ".join(each.error.text(t) for each in view.choice.problems)
        return error_page(400, heading=t.gettext("Noe i adressen kan ikke vises"), advice=said)
    return write(view.setting)


def _as_csv(setting: Setting) -> Response:
    explored = setting.explored
    # The file is passed on without the page that says whose numbers it holds.
    made_up = "-syntetisk" if explored.synthetic else ""
    years = f"{explored.years[0]}-{explored.years[-1]}"
    return attachment(
        csv_bytes(lines(setting)), f"brukerplan{made_up}-{explored.table}-{years}.csv"
    )


def _view(translator: Translator) -> _View | None:
    """Read the address and the numbers it asks for; ``None`` before anything is released."""
    actor = cast(Actor, current_user.actor) if current_user.is_authenticated else None
    with services().database.read() as session:
        offer = offered(session, actor)
        if not offer.years:
            return None
        choice = read_choice(request.args, offer)
        explored = explore(session, offer=offer, wanted=choice.wanted)
    return _View(offer, choice, Setting.of(explored, translator))
