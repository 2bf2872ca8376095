"""The history of a registration, as people read it."""

from __future__ import annotations

from tests.actions.earlier import in_year, register
from tests.actions.world import YEAR, World
from tests.web.browser import Browser, text_of
from tests.web.drafts import opened, typed_in_full


def test_every_change_is_told_in_words_with_who_and_when(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    browser.send(page, address, housing="red")
    browser.send(browser.page(address), address, housing="yellow", substances=["alcohol", "ghb"])

    history = browser.page(f"{address}/historikk")

    assert history.heading == "Historikk for S-1"
    newest, *_ = [text_of(each) for each in history.elements("div", class_="save")]
    assert newest.startswith("1. desember 2026 kl. 10:30 Rita Registrerer · Skjemaet")
    assert "BosituasjonFør: Rød → Nå: Gul" in newest
    assert "Alkohol, GHB" in newest


def test_services_nobody_needs_are_counted_not_listed(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    browser.send(page, address, service_gp="receives_covers")

    history = browser.page(f"{address}/historikk").main

    assert "FastlegeMottar, dekker behovet" in history
    assert "29 tjenesterIkke behov" in history


def test_what_came_from_the_number_and_from_last_year_is_told_apart(
    browser: Browser, world: World
) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 0, label="S-1")
    _, address = opened(browser, world)

    history = browser.page(f"{address}/historikk").main

    assert "Hentet fra forrige kartlegging" in history
    assert "Registreringen ble påbegynt" in history


def test_submitting_and_opening_again_are_part_of_it(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    browser.send(page, address, go_on="submit", **typed_in_full())
    browser.send(browser.page(f"{address}/se-over"), f"{address}/apne-igjen")

    history = browser.page(f"{address}/historikk").main

    assert "Registreringen ble sendt inn" in history
    assert "Registreringen ble åpnet igjen" in history


def test_what_is_answered_within_a_minute_stands_together(browser: Browser, world: World) -> None:
    _, address = opened(browser, world)
    for name in ("housing", "economy", "network"):
        browser.send(browser.page(address), address, **{name: "red"})

    saves = [
        text_of(each)
        for each in browser.page(f"{address}/historikk").elements("div", class_="save")
    ]

    assert [each for each in saves if "Økonomi" in each] == [saves[0]]
    assert saves[0].count("Rød") == 3


def test_the_history_is_nobody_elses(browser: Browser, world: World) -> None:
    _, address = opened(browser, world)
    for stranger in (world.colleague, world.coordinator, world.stranger):
        browser.sits_down(stranger)
        browser.page(f"{address}/historikk", status=404)
