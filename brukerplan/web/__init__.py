"""The web application: blueprints by job, and what surrounds every page."""

from __future__ import annotations

from flask import Flask

from brukerplan.web import (
    access_log,
    account,
    assets,
    errors,
    guards,
    i18n,
    municipality,
    my_list,
    open_pages,
    registration,
    results,
    review,
    rounds,
    security,
    signed_in,
    templating,
)

BLUEPRINTS = (
    assets.blueprint,
    open_pages.blueprint,
    account.blueprint,
    my_list.blueprint,
    registration.blueprint,
    review.blueprint,
    municipality.blueprint,
    access_log.blueprint,
    rounds.blueprint,
    results.blueprint,
)


def register(app: Flask) -> None:
    """Give ``app`` its pages. It must have its services already.

    Raises
    ------
    guards.UnguardedRouteError
        When a route does not say who may use it.
    """
    i18n.install(app)
    signed_in.install(app)
    security.install(app)
    errors.install(app)
    templating.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guards.refuse_unguarded(app)
