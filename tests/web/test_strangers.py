"""Whoever is let go while pages are open: the pages are theirs no more."""

from __future__ import annotations

import sqlalchemy as sa

from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import Membership
from tests.actions.world import World
from tests.web.browser import Browser

LABEL = "Kjennemerke-7"


def test_pages_left_open_save_show_and_print_nothing_once_the_role_is_gone(
    browser: Browser, world: World
) -> None:
    draft = world.start(1, label=LABEL)
    browser.sits_down(world.registrar)
    address, letters = f"/registrering/{draft}", f"/brev/{world.unit}"
    page = browser.page(address)
    token = page.filled(address)["csrf_token"][0]
    # The control: until now they are the registrar's own.
    assert LABEL in page.main
    assert LABEL in browser.page(letters).main

    with world.database.begin() as session:
        session.execute(sa.delete(Membership).where(Membership.user_id == world.registrar.user_id))

    assert browser.send(page, address, housing="red").status_code == 404
    by_script = browser.post(
        address,
        data={"csrf_token": token, "version": "1", "page": "x", "housing": "red"},
        headers={"Accept": "application/json"},
    )
    assert by_script.status_code == 404
    for shown in (address, f"{address}/se-over", f"{address}/historikk"):
        browser.page(shown, status=404)
    for left, sent in (
        (f"{letters}/pdf", {"registration": str(draft)}),
        (f"{letters}/sendt", {"registration": str(draft)}),
        (f"/innlesing/{world.unit}/les-inn", {}),
        ("/min-liste", {"unit": str(world.unit), "case_label": "S-9"}),
        ("/reservasjon", {"municipality": str(world.municipalities["1103"])}),
    ):
        response = browser.post(left, data={"csrf_token": token, **sent})
        assert response.status_code == 403, left
        assert LABEL not in response.get_data(as_text=True)
    with world.database.read() as session:
        found = registration(session, draft)
    assert found is not None
    assert (found.version, found.informed_at) == (1, None)
