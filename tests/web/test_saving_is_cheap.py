"""A save by the script, from the first byte to the last: few questions to the database."""

from __future__ import annotations

from brukerplan.web.services import services
from tests.actions.statements import counted
from tests.actions.world import World
from tests.web.browser import Browser
from tests.web.drafts import opened

# Who is signed in, with what roles; the registration; then the update, the history, the end of
# the user's chain in the log.
STATEMENTS = ["SELECT", "SELECT", "UPDATE", "INSERT", "SELECT"]
# The log and the new end of the chain: in one round trip where there is one to save.
LOGGED = {"postgresql": ["WITH"], "sqlite": ["INSERT", "UPDATE"]}


def test_a_save_by_the_script_asks_little_of_the_database(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    fields = page.filled(address) | {"housing": ["red"], "economy": ["green"]}
    headers = {"Accept": "application/json"}
    with browser.application.app_context():
        database = services().database
    with counted(database) as asked:
        response = browser.post(address, data=fields, headers=headers)
    assert response.status_code == 200
    assert response.get_json()["version"] == 2
    assert [statement.split()[0] for statement in asked] == STATEMENTS + LOGGED[database.dialect]
