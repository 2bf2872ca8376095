"""Why somebody reads what somebody else has sent in: asked once, in the way of nothing."""

from __future__ import annotations

import sqlalchemy as sa

from brukerplan.persistence.tables import AccessLog
from tests.actions.world import World
from tests.web.browser import Browser

QUESTION = "Hvorfor leser du den?"


def purposes(world: World) -> list[str]:
    with world.database.read() as session:
        return list(
            session.scalars(
                sa.select(AccessLog.detail)
                .where(AccessLog.action == "registration.read")
                .order_by(AccessLog.id)
            )
        )


def test_who_reads_what_another_has_sent_in_is_asked_and_sees_it_all_the_same(
    browser: Browser, world: World
) -> None:
    address = f"/registrering/{world.submit(1)}/se-over"
    browser.sits_down(world.lead)

    page = browser.page(address)
    assert QUESTION in page.main
    assert page.elements("dl", class_="answers")

    answered = browser.page(address, query_string={"formal": "checking"})
    assert QUESTION not in answered.main
    assert "Du leser denne for å: kontrollere den" in answered.main
    assert purposes(world) == ["purpose=not_said", "purpose=checking"]

    browser.sits_down(world.officer)
    log = browser.page("/tilgangslogg").main
    assert "Kontrollere den" in log
    assert "Ikke oppgitt" in log


def test_who_wrote_it_is_not_asked(browser: Browser, world: World) -> None:
    address = f"/registrering/{world.submit(1)}/se-over"
    browser.sits_down(world.registrar)

    assert QUESTION not in browser.page(address).main
    assert purposes(world) == ["purpose=own"]


def test_working_on_a_draft_says_why_by_itself(browser: Browser, world: World) -> None:
    draft = world.start(1)
    browser.sits_down(world.lead)

    for page in ("", "/se-over"):
        assert QUESTION not in browser.page(f"/registrering/{draft}{page}").main
    assert purposes(world) == ["purpose=registering"] * 2


def test_an_answer_that_is_none_of_the_offered_is_no_answer(browser: Browser, world: World) -> None:
    address = f"/registrering/{world.submit(1)}/se-over"
    browser.sits_down(world.lead)

    for said in ("own", "registering", "not_said", "noe annet"):
        assert QUESTION in browser.page(address, query_string={"formal": said}).main
    assert set(purposes(world)) == {"purpose=not_said"}
