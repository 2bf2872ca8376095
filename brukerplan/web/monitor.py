"""The monitor: how an escalation plan's indicators have moved in an area.

Open to everyone, as everything published is; whoever may read unpublished releases sees those
of their own areas too, marked.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.policy import Actor
from brukerplan.actions.exploring import offered
from brukerplan.actions.monitoring import monitor
from brukerplan.reports.monitor import goals
from brukerplan.statistics.plan import Plan, plans
from brukerplan.web.explorer_choice import Problem, area_value, read_areas
from brukerplan.web.explorer_form import area_options
from brukerplan.web.guards import public
from brukerplan.web.i18n import current_translator
from brukerplan.web.results_page import area_name
from brukerplan.web.services import services

blueprint = Blueprint("monitor", __name__, url_prefix="/planene")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    """List the plans, and say which have numbers."""
    with services().database.read() as session:
        offer = offered(session, _actor())
    found = [(each, [year for year in offer.years if _is_of(each, year)]) for each in plans()]
    return render_template("plans.html", plans=found)


@blueprint.get("/<plan_id>")
@public
def page(plan_id: str) -> ResponseReturnValue:
    """Show a plan's goals in one area."""
    t = current_translator()
    plan = next((each for each in plans() if each.id == plan_id), None)
    if plan is None:
        abort(404)
    problems: list[Problem] = []
    with services().database.read() as session:
        offer = offered(session, _actor())
        years = [year for year in offer.years if _is_of(plan, year)]
        if not years:
            return render_template("plan_empty.html", plan=plan)
        places = read_areas(request.args.getlist("omrade"), offer, years[-1], problems)
        monitored = monitor(session, offer=offer, plan=plan, place=places[0])
    assert monitored is not None, "there are years"
    name = area_name(*places[0], years[-1], t)
    answer = render_template(
        "plan.html",
        plan=plan,
        goals=goals(monitored, t),
        years=monitored.years,
        unpublished=monitored.unpublished,
        synthetic=monitored.synthetic,
        name=name,
        areas=area_options(offer, years[-1], t),
        chosen=area_value(places[0]),
        problems=[each.error.text(t) for each in problems],
        address=f"{services().settings.public_url}"
        f"{url_for('.page', plan_id=plan.id, omrade=area_value(places[0]))}",
    )
    return answer, 400 if problems else 200


def _is_of(plan: Plan, year: int) -> bool:
    return plan.baseline_year <= year <= plan.last_year


def _actor() -> Actor | None:
    return cast(Actor, current_user.actor) if current_user.is_authenticated else None
