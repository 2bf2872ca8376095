"""The pages of an extract, as the analyst, the administrator and the officer meet them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pyreadstat
import pytest
from flask import Flask

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import grant
from brukerplan.web.clock import CLOCK
from tests.actions.extract_world import LAST_DAY, NOW, Research, freeze_two_years
from tests.actions.world import World, somebody
from tests.web.browser import Browser, Page, text_of

LIST, ASK = "/forskningsuttrekk", "/forskningsuttrekk/nytt"
FILE: dict[str, str | list[str]] = {
    "years": ["2026"],
    "place": "municipality",
    "age": "age_group",
    "follows_persons": "yes",
    "variables": ["gender", "housing"],
}
PROJECT: dict[str, str | list[str]] = {
    "project": "Trygg <bolig>",
    "recipient": "Universitetet i Vestlandet",
    "purpose": "Undersøke om flere bor trygt.",
    "legal_reference": "REK vest 2026/123456",
    "expires_on": f"{LAST_DAY:%d.%m.%Y}",
}


@pytest.fixture
def research(world: World, app: Flask) -> Research:
    """Two frozen years, and people who are really members."""
    made = freeze_two_years(world)
    for actor in (made.analyst, made.officer):
        for held in actor.memberships:
            grant(
                world.database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )
    app.config[CLOCK] = lambda: NOW
    return made


def asked(browser: Browser, research: Research) -> str:
    """Ask for an extract by the page; return its address."""
    browser.sits_down(research.analyst)
    response = browser.send(browser.page(ASK), ASK, go_on="send", **FILE, **PROJECT)
    assert response.status_code == 303, Page(response).main
    return str(response.location)


def approved(browser: Browser, research: Research) -> str:
    address = asked(browser, research)
    browser.sits_down(research.administrator)
    page = browser.page(address)
    assert browser.send(page, f"{address}/godkjenn", understood="yes").status_code == 303
    return address


def cells(page: Page) -> dict[str, list[str]]:
    """The table of the alike, by choice."""
    rows = [row for row in page.elements("tr") if len(row) == 6]
    return {text_of(row[0]): [text_of(cell) for cell in row[1:]] for row in rows[1:]}


def test_the_analyst_counts_coarsens_and_asks(browser: Browser, research: Research) -> None:
    browser.sits_down(research.analyst)
    assert browser.page(LIST).elements("a", href=ASK)
    page = browser.page(ASK)
    assert {"place", "age", "years"} & page.filled(ASK).keys() == set(), "nothing is implied"

    counted = Page(browser.send(page, ASK, go_on="count", **FILE))

    assert cells(counted) == {
        "Som valgt": ["19", "1", "1", "1 (6 %)", "✓Ja"],
        "Sted: helseforetaksområde": ["19", "1", "1", "1 (6 %)", "✓Ja"],
        "Alder: ikke alder": ["19", "1", "1", "1 (6 %)", "✓Ja"],
        "Uten «Kjønn»": ["19", "1", "1", "1 (6 %)", "✓Ja"],
    }
    assert "år, kommune, aldersgruppe, kjønn" in counted.main
    # What was chosen stays, and is sent with what the project is.
    assert counted.filled(ASK)["variables"] == ["gender", "housing"]
    response = browser.send(counted, ASK, go_on="send", **PROJECT)
    assert response.status_code == 303
    mine = browser.page(response.location)
    assert mine.heading == "Trygg <bolig>"
    assert "Du har selv søkt, så en annen avgjør." in mine.main
    assert not [form for form in mine.elements("form") if "godkjenn" in form.get("action", "")]
    assert "Venter på avgjørelse" in browser.page(LIST).main


def test_what_is_missing_is_said_at_its_field(browser: Browser, research: Research) -> None:
    browser.sits_down(research.analyst)

    empty = browser.send(browser.page(ASK), ASK, go_on="send")

    assert empty.status_code == 400
    page = Page(empty)
    links = {link.get("href") for link in page.elements("a", class_="ds-link")}
    assert {
        "#years", "#place", "#age", "#follows_persons", "#variables", "#project", "#recipient",
        "#purpose", "#legal_reference", "#expires_on",
    } <= links  # fmt: skip
    counted = Page(browser.send(browser.page(ASK), ASK, go_on="count"))
    assert "#years" in {link.get("href") for link in counted.elements("a", class_="ds-link")}
    assert "Skriv hva prosjektet heter." not in counted.main


def test_a_last_day_too_far_ahead_is_refused_at_its_field(
    browser: Browser, research: Research
) -> None:
    browser.sits_down(research.analyst)
    late = f"{NOW.date() + timedelta(days=366):%d.%m.%Y}"

    response = browser.send(
        browser.page(ASK), ASK, go_on="send", **FILE, **PROJECT | {"expires_on": late}
    )

    assert response.status_code == 400
    assert "Velg en dag fra og med i dag til og med 01.02.2028." in Page(response).main


def test_the_administrator_sees_why_ticks_and_approves(
    browser: Browser, research: Research
) -> None:
    address = asked(browser, research)
    browser.sits_down(research.administrator)
    page = browser.page(address)
    assert "Undersøke om flere bor trygt." in page.main
    assert cells(page)["Som valgt"][:2] == ["19", "1"]

    unticked = browser.send(page, f"{address}/godkjenn")
    assert unticked.status_code == 400
    assert "Kryss av" in Page(unticked).main
    browser.send(page, f"{address}/godkjenn", understood="yes")

    done = browser.page(address)
    assert "18 av 19 personer er med, 1 er utelatt. Minste gruppe av like var 6." in done.main
    assert "Trine Trust godkjente et uttrekk til forskning" in done.main
    assert not [form for form in done.elements("form") if "hent" in form.get("action", "")]


def test_the_administrator_says_why_not(browser: Browser, research: Research) -> None:
    address = asked(browser, research)
    browser.sits_down(research.administrator)
    page = browser.page(address)

    assert browser.send(page, f"{address}/avsla", because=" ").status_code == 400
    browser.send(page, f"{address}/avsla", because="Trenger ikke kommune.")

    browser.sits_down(research.analyst)
    mine = browser.page(address)
    assert "Avslått fordi: Trenger ikke kommune." in mine.main
    assert browser.post(f"{address}/hent", data={"form": "csv"}).status_code == 400


@pytest.mark.parametrize("kind", ["csv", "sav", "dta"])
def test_the_analyst_fetches_the_file_in_english(
    browser: Browser, research: Research, kind: str, tmp_path: Path
) -> None:
    address = approved(browser, research)
    browser.sits_down(research.analyst)

    response = browser.send(browser.page(address), f"{address}/hent", form=kind, language="en")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert f"-{kind}.zip" in response.headers["Content-Disposition"]
    content = ZipFile(io.BytesIO(response.get_data()))
    data, book = content.namelist()
    assert "Trygg <bolig>" in content.read(book).decode()
    path = tmp_path / f"x.{kind}"
    path.write_bytes(content.read(data))
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
        assert sorted({row["gender"] for row in rows}) == ["1", "2"]
        assert len(rows) == 18
        return
    reader = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[kind]
    found, about = reader(path)
    assert len(found) == 18
    assert about.column_names_to_labels["gender"] == "Gender"
    assert about.variable_value_labels["gender"][1] == "Female"


def test_a_day_too_late_there_is_nothing_to_fetch(browser: Browser, research: Research) -> None:
    address = approved(browser, research)
    browser.sits_down(research.analyst)
    page = browser.page(address)
    after = LAST_DAY + timedelta(days=1)
    browser.later(NOW.replace(year=after.year, month=after.month, day=after.day))

    response = browser.send(page, f"{address}/hent", form="csv", language="nb")

    assert response.status_code == 409
    assert "tilgangen er avsluttet" in Page(response).main
    assert "Avsluttet" in browser.page(LIST).main
    assert not browser.page(address).elements("form", action=f"{address}/hent")


def test_the_administrator_ends_it_before_its_day(browser: Browser, research: Research) -> None:
    address = approved(browser, research)
    page = browser.page(address)

    browser.send(page, f"{address}/avslutt")

    assert "Tilgangen er avsluttet og nøkkelen slettet." in browser.page(address).main


def test_the_officer_reads_everything_and_decides_nothing(
    browser: Browser, research: Research
) -> None:
    address = asked(browser, research)
    browser.sits_down(research.officer)

    page = browser.page(address)

    assert "REK vest 2026/123456" in page.main
    assert not [form for form in page.elements("form") if address in form.get("action", "")]


def test_a_colleague_sees_it_and_cannot_fetch_it(
    app: Flask, browser: Browser, research: Research
) -> None:
    address = approved(browser, research)
    world = research.world
    colleague = somebody(world.database, "Berit Kollega", Role.TRUST_ANALYST, world.trust)
    grant(
        world.database,
        user_id=colleague.user_id,
        organisation_id=world.trust,
        role=Role.TRUST_ANALYST,
        now=NOW,
    )
    browser.sits_down(colleague)
    assert not browser.page(address).elements("form", action=f"{address}/hent")
    app.config["WTF_CSRF_ENABLED"] = False

    response = browser.post(f"{address}/hent", data={"form": "csv", "language": "nb"})

    assert response.status_code == 409
    assert "Bare den som søkte" in Page(response).main


def test_the_municipalitys_own_officer_reads_in_the_log_that_a_file_was_fetched(
    browser: Browser, research: Research
) -> None:
    address = approved(browser, research)
    browser.sits_down(research.analyst)
    browser.send(browser.page(address), f"{address}/hent", form="csv", language="nb")

    browser.sits_down(research.world.officer)

    assert "hentet en fil til forskning" in browser.page("/tilgangslogg").main
    assert "Ingen har søkt om uttrekk her." in browser.page(LIST).main
