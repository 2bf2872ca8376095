"""Looking over, submitting, taking back and deleting."""

from __future__ import annotations

from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.earlier import in_year, register
from tests.actions.world import YEAR, World
from tests.web.browser import Browser, Page, text_of
from tests.web.drafts import next_person, opened, reads_logged, stored, typed_in_full


def test_looking_over_lists_what_is_missing_with_links(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, go_on="review")
    review = browser.page(response.location)

    assert "må fylles ut eller rettes" in review.main
    assert review.elements("a", href=f"{address}#q-housing")
    assert not [form for form in review.elements("form") if "send-inn" in form.get("action", "")]


def test_a_complete_registration_is_looked_over_and_submitted(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    response = browser.send(page, address, go_on="review", **typed_in_full())
    review = browser.page(response.location)
    assert "Stemmer dette?" not in review.main

    response = browser.send(review, f"{address}/send-inn")

    assert response.status_code == 303
    assert response.location == next_person(world)
    assert stored(world, address).state == "submitted"
    assert "Registreringen er sendt inn." in browser.page("/min-liste").main


def test_a_double_click_submits_once_and_goes_on(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    response = browser.send(page, address, go_on="review", **typed_in_full())
    review = browser.page(response.location)
    browser.send(review, f"{address}/send-inn")

    again = browser.send(review, f"{address}/send-inn")

    assert again.location == next_person(world)


def test_submitting_what_somebody_else_changed_is_refused(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    review = browser.page(browser.send(page, address, go_on="review", **typed_in_full()).location)
    browser.send(browser.page(address), address, housing="yellow")

    refused = browser.send(review, f"{address}/send-inn")

    assert refused.status_code == 409
    assert stored(world, address).state == "draft"


def test_answers_shown_with_a_refusal_are_in_the_access_log(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    review = browser.page(browser.send(page, address, go_on="review", **typed_in_full()).location)
    browser.send(browser.page(address), address, housing="yellow")
    before = reads_logged(world)

    for ending in ("send-inn", "apne-igjen"):
        refused = browser.post(f"{address}/{ending}", data=review.filled(f"{address}/send-inn"))
        assert refused.status_code == 409, ending

    assert reads_logged(world) == before + 2


def test_what_is_odd_must_be_confirmed_before_it_is_submitted(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    odd = typed_in_full(housing="green", housing_situation="without_housing")
    review = browser.page(browser.send(page, address, go_on="review", **odd).location)
    assert "Stemmer dette?" in review.main

    refused = browser.send(review, f"{address}/send-inn")
    assert refused.status_code == 400
    asked = Page(refused)
    assert "Bekreft eller rett" in asked.main

    reason = {"confirm-without_housing_not_red": "recent_change"}
    response = browser.send(asked, f"{address}/send-inn", **reason)
    assert response.status_code == 303
    assert stored(world, address).state == "submitted"
    assert stored(world, address).confirmed == {"without_housing_not_red": "recent_change"}


def test_a_submitted_registration_is_read_and_can_be_opened_again(
    browser: Browser, world: World
) -> None:
    done = world.submit(7)
    browser.sits_down(world.registrar)
    address = f"/registrering/{done}"
    assert browser.get(address).location == f"{address}/se-over"

    response = browser.send(browser.page(f"{address}/se-over"), f"{address}/apne-igjen")

    assert response.location == address
    assert stored(world, address).state == "draft"


def test_the_review_names_what_is_not_answered_under_one_sentence(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    review = browser.page(browser.send(page, address, go_on="review").location)

    assert review.main.count("Ikke besvart. Velg «ukjent» der du ikke vet.") == 1
    assert "Spørsmålet er ikke besvart" not in review.main
    link = review.elements("a", href=f"{address}#q-housing")[0]
    assert text_of(link) == "Bosituasjon"


def test_the_page_submits_in_one_request(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, go_on="submit", **typed_in_full())

    assert response.location == next_person(world)
    assert stored(world, address).state == "submitted"
    assert "Registreringen er sendt inn." in browser.page("/min-liste").main


def test_what_is_missing_is_told_on_the_same_page_and_saved(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, go_on="submit", housing="yellow")

    assert response.status_code == 400
    again = Page(response)
    assert "Lagret, men ikke sendt inn" in again.main
    assert again.elements("a", href="#q-economy"), "the summary leads to the question"
    assert not again.elements("a", href="#q-housing")
    assert stored(world, address).answers["housing"] == "yellow"
    assert browser.send(again, address, economy="red").status_code == 303, "the page goes on"


def test_what_is_odd_is_asked_in_place_once_with_a_reason(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    odd = typed_in_full(housing="green", housing_situation="without_housing")

    refused = Page(browser.send(page, address, go_on="submit", **odd))
    assert refused.status == 400
    target = "confirm-without_housing_not_red"
    assert refused.elements("a", href=f"#{target}")
    assert [each.get("value") for each in refused.elements("input", name=target)] == [
        "situation",
        "recent_change",
        "not_sure",
    ]

    response = browser.send(refused, address, go_on="submit", **{target: "situation"})
    assert response.status_code == 303
    assert stored(world, address).confirmed == {"without_housing_not_red": "situation"}

    # Opened again, and nothing changed: it is not asked again.
    browser.send(browser.page(f"{address}/se-over"), f"{address}/apne-igjen")
    again = browser.send(browser.page(address), address, go_on="submit")
    assert again.status_code == 303


def test_a_reason_that_is_not_ours_confirms_nothing(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    odd = typed_in_full(housing="green", housing_situation="without_housing")

    response = browser.send(
        page, address, go_on="submit", **odd, **{"confirm-without_housing_not_red": "fordi"}
    )

    assert response.status_code == 400
    assert "fordi" not in response.get_data(as_text=True)


def test_what_cannot_be_read_is_not_submitted(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, go_on="submit", **typed_in_full(birth_year="femti"))

    assert response.status_code == 400
    assert stored(world, address).state == "draft"
    assert Page(response).filled(address)["birth_year"] == ["femti"]


def test_a_draft_of_the_wrong_person_is_deleted_when_one_is_sure(
    browser: Browser, world: World
) -> None:
    _, address = opened(browser, world)
    review = browser.page(f"{address}/se-over")

    unsure = browser.send(review, f"{address}/slett")
    assert unsure.status_code == 400
    assert stored(world, address).state == "draft"

    browser.send(review, f"{address}/slett", sure="1")
    assert "Registreringen er slettet." in browser.page("/min-liste").main
    browser.page(address, status=404)


def test_a_submitted_registration_is_not_deleted(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    review = browser.page(f"{address}/se-over")
    browser.send(page, address, go_on="submit", **typed_in_full())

    response = browser.send(review, f"{address}/slett", sure="1")

    assert response.status_code == 409
    assert stored(world, address).state == "submitted"


def test_sections_from_last_year_are_accepted_one_by_one(browser: Browser, world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 0, label="S-1")
    page, address = opened(browser, world)
    sections = {section.id for section in edition_for_year(YEAR).sections}
    boxes = {box.get("value") for box in page.elements("input", name="accepted")}
    assert boxes == sections

    saved = browser.send(page, address, accepted="function")

    page = browser.page(saved.location)
    boxes = {box.get("value") for box in page.elements("input", name="accepted")}
    assert boxes == sections - {"function"}
    assert stored(world, address).unconfirmed == sections - {"function"}


def test_what_is_carried_over_and_not_accepted_is_not_submitted(
    browser: Browser, world: World
) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 0, label="S-1")
    page, address = opened(browser, world)

    refused = Page(browser.send(page, address, go_on="submit", **typed_in_full()))
    assert refused.status == 400
    assert refused.elements("a", href="#del-function")
    assert not refused.elements("a", href="#q-housing"), "a section is told once"
    review = browser.page(f"{address}/se-over")
    assert review.elements("a", href=f"{address}#del-function")

    everything = sorted(section.id for section in edition_for_year(YEAR).sections)
    done = browser.send(refused, address, go_on="submit", accepted=everything)
    assert done.location == next_person(world)


def test_last_years_answers_stand_beside_and_are_told_aloud(browser: Browser, world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 0, {"housing": "red"}, label="S-1")
    page, address = opened(browser, world)
    browser.send(page, address, housing="green")

    page = browser.page(address)

    labels = {each.get("for"): text_of(each) for each in page.elements("label")}
    assert labels["housing-red"] == f"Rød, svaret i {YEAR - 1}"
    assert labels["housing-green"] == "Grønn"
    assert page.filled(address)["housing"] == ["green"]


def test_a_new_person_has_nothing_to_accept(browser: Browser, world: World) -> None:
    page, _ = opened(browser, world)

    assert page.elements("input", name="accepted") == []
    assert "ikke bekreftet" not in page.main
