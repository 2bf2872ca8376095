"""The whole way once: register, approve, freeze, protect, publish, print - in a real browser."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from brukerplan.access.policy import Actor
from brukerplan.actions.registering import submit_registration
from brukerplan.actions.sign_in import sign_in as sign_in_account
from brukerplan.demo.accounts import DEMO_ACCOUNTS, PASSWORD
from brukerplan.identity import synthetic_number
from brukerplan.persistence.queries import organisations, overview, registrations, rounds
from brukerplan.questionnaire.answers import applicable, check
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable
from tests.journey.demo import Demo
from tests.journey.steps import answer_everything, press_button, sign_in, sign_out, tab_to

pytestmark = pytest.mark.slow

NUMBER = synthetic_number(date(1984, 5, 17), "female", 7)
KEYS = {"substance_problem": "3", "substances": "1", "lar": "3", "children_under_18": "0"}
REPORT = "/resultater/kommune/1103/2026/rapport.pdf"
SHOWN_LEVEL = "#tittel-overall_level"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def actor(demo: Demo, email: str) -> Actor:
    return sign_in_account(demo.database, email=email, password=PASSWORD, now=NOW)


def an_answer(variable: Variable) -> str | int | frozenset[str]:
    if variable.kind is Kind.ONE:
        return variable.default or variable.codes[0].id
    if variable.kind is Kind.MANY:
        return frozenset({variable.codes[0].id})
    return variable.minimum or 0


def finish_every_draft(demo: Demo, email: str) -> None:
    """Complete and submit what the demo's unit has begun, so that it can be submitted."""
    by = actor(demo, email)
    with demo.database.read() as session:
        (unit,) = organisations.units_of(session, by)
        current = rounds.current_round(session)
        assert current is not None
        lines = registrations.my_list(session, unit.id, current.id)
        drafts = [
            registrations.registration(session, line.id) for line in lines if line.state == "draft"
        ]
    q = edition(current.edition)
    for draft in drafts:
        assert draft is not None
        answers = completed(q, dict(draft.answers))
        submit_registration(
            demo.database,
            by=by,
            registration_id=draft.id,
            version=draft.version,
            page="",
            answers=answers,
            accepted=draft.unconfirmed,
            confirmed={
                finding.rule: "situation"
                for finding in check(q, answers, year=current.year, complete=True)
            },
            now=NOW,
        )


def completed(
    q: Questionnaire, answers: dict[str, str | int | frozenset[str]]
) -> dict[str, str | int | frozenset[str]]:
    # Whoever is mapped has at least one of the two problems.
    answers.setdefault("mental_problem", "less_serious")
    for variable in q.variables:
        if variable.optional or variable.id in answers:
            continue
        if variable.id in applicable(q, answers):
            answers[variable.id] = an_answer(variable)
            if variable.chosen_among:
                chosen = answers[variable.chosen_among]
                assert isinstance(chosen, frozenset)
                answers[variable.id] = min(chosen, default="unknown")
    return answers


def test_a_registrar_registers_a_new_person_by_keyboard_alone(page: Page, demo: Demo) -> None:
    sign_in(page, "registrator.stavanger@demo.example")
    tab_to(page, "#number")
    page.keyboard.type(NUMBER)
    tab_to(page, "#case_label")
    page.keyboard.type("S-9001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")

    met, _ = answer_everything(page, KEYS, otherwise="1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-liste*")

    line = page.locator(".person", has_text="S-9001")
    assert "Sendt inn" in line.inner_text()
    assert "lar_follow_up" not in met  # routed away: the answer was not "in LAR"
    assert NUMBER not in page.content()


def settle(page: Page) -> None:
    """Merge the persons whom two units have, and end the questions."""
    page.goto("/kommune/1103/2026/samme-person")
    pairs = page.get_by_role("link", name="Se de to ved siden av hverandre")
    for _ in range(pairs.count()):
        pairs.first.click()
        # Where the two have different case numbers the team keeps it, as it knows the person.
        page.get_by_role("radio", name="Oppfølgingsteamet").last.focus()
        page.keyboard.press("Space")
        press_button(page, "Slå dem sammen")
        expect(page.get_by_role("button", name="Slå dem sammen")).to_have_count(0)
        page.goto("/kommune/1103/2026/samme-person")
    assert pairs.count() == 0
    page.goto("/kommune/1103/2026/kvalitet")
    endings = page.get_by_role("button", name=re.compile("^Avslutt"))
    while endings.count():
        before = endings.count()
        endings.first.click()
        expect(endings).to_have_count(before - 1)


def test_the_unit_lead_submits_and_the_coordinator_approves(page: Page, demo: Demo) -> None:
    finish_every_draft(demo, "registrator.stavanger@demo.example")
    sign_in(page, "leder.stavanger@demo.example")
    page.get_by_role("link", name="Informasjonsbrev").click()
    press_button(page, "Merk de valgte som sendt")
    page.get_by_text("Ingen brev venter").wait_for()
    page.goto("/min-liste")
    press_button(page, "Lever kartleggingen")
    page.get_by_text("Tjenesten er ferdig").wait_for()

    sign_out(page)
    sign_in(page, "koordinator.stavanger@demo.example")
    settle(page)
    page.goto("/kommune/1103/2026")
    for tick in ("#leave_out", "#seen"):
        if page.locator(tick).count():
            tab_to(page, tick)
            page.keyboard.press("Space")
    press_button(page, "Godkjenn")

    page.get_by_text("Kartleggingen er godkjent").wait_for()


def test_the_trust_freezes_builds_and_publishes(page: Page, demo: Demo) -> None:
    sign_in(page, "forvalter@demo.example")
    page.goto("/runde/2026")
    for step in ("Frys runden", None, "Publiser"):
        if step is None:
            press_button(page, "Bygg tallene")
            page.locator("#understood").wait_for()
        else:
            tab_to(page, "#understood")
            page.keyboard.press("Space")
            press_button(page, step)

    page.get_by_text("Tallene ble publisert").wait_for()


def test_the_released_number_is_the_same_on_the_page_and_in_the_pdf(page: Page, demo: Demo) -> None:
    with demo.database.read() as session:
        current = rounds.current_round(session)
        assert current is not None
        counted = next(
            line.submitted
            for line in overview.round_overview(session, current.id)
            if line.code == "1103"
        )
    page.goto("/resultater/kommune/1103")
    row = page.locator(f"section:has({SHOWN_LEVEL}) tbody tr", has_text="2026")
    shown = row.locator("td").first.inner_text()
    pdf = page.request.get(f"{REPORT}?sprak=nb", timeout=60_000).body()
    text = " ".join(
        re.sub(r"\s+", " ", each.extract_text()) for each in PdfReader(io.BytesIO(pdf)).pages
    )

    assert digits(shown) == str(counted)
    assert re.search(rf"2026 {re.escape(spaced(shown))} ", text), (shown, text[:6000])


def test_a_published_round_cannot_be_changed_any_more(page: Page, demo: Demo) -> None:
    sign_in(page, "registrator.stavanger@demo.example")
    page.goto("/min-liste")

    assert page.locator("#number").count() == 0


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def spaced(text: str) -> str:
    """A number as text extraction gives it: every kind of space is one space."""
    return re.sub(r"\s", " ", text).strip()


def test_every_demo_account_can_sign_in(page: Page, demo: Demo) -> None:
    for account in DEMO_ACCOUNTS:
        sign_in(page, account.email)

        assert page.get_by_role("banner").get_by_text(account.name).is_visible()
        sign_out(page)
