"""The web application: blueprints by job, and what surrounds every page."""

from __future__ import annotations

from flask import Flask

from brukerplan.web import (
    access_log,
    account,
    assets,
    board,
    conflicts,
    duplicates,
    errors,
    explorer,
    exporting,
    extract_asking,
    extracts,
    factors,
    forgotten,
    guards,
    history,
    i18n,
    importing,
    invitation,
    legal_bases,
    letters,
    logs,
    membership,
    monitor,
    municipality,
    my_list,
    number_change,
    open_pages,
    opting_out,
    own_account,
    people,
    persons,
    planning,
    provider,
    provider_link,
    quality,
    queries,
    registration,
    results,
    review,
    rounds,
    second_step,
    security,
    services,
    signed_in,
    support,
    templating,
    terms,
    training,
    uploads,
)

BLUEPRINTS = (
    assets.blueprint,
    open_pages.blueprint,
    account.blueprint,
    second_step.blueprint,
    factors.blueprint,
    own_account.blueprint,
    forgotten.blueprint,
    support.blueprint,
    my_list.blueprint,
    registration.blueprint,
    review.blueprint,
    conflicts.blueprint,
    history.blueprint,
    letters.blueprint,
    number_change.blueprint,
    opting_out.blueprint,
    duplicates.blueprint,
    importing.blueprint,
    municipality.blueprint,
    exporting.blueprint,
    persons.blueprint,
    terms.blueprint,
    board.blueprint,
    people.blueprint,
    membership.blueprint,
    monitor.blueprint,
    invitation.blueprint,
    provider.blueprint,
    provider_link.blueprint,
    quality.blueprint,
    queries.blueprint,
    access_log.blueprint,
    legal_bases.blueprint,
    rounds.blueprint,
    planning.blueprint,
    training.blueprint,
    extracts.blueprint,
    extract_asking.blueprint,
    results.blueprint,
    explorer.blueprint,
)


def register(app: Flask) -> None:
    """Give ``app`` its pages. It must have its services already.

    Raises
    ------
    guards.UnguardedRouteError
        When a route does not say who may use it.
    """
    logs.install(app, requests=not services.services_of(app).settings.demo)
    i18n.install(app)
    uploads.install(app)
    signed_in.install(app)
    security.install(app)
    errors.install(app)
    templating.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guards.refuse_unguarded(app)
