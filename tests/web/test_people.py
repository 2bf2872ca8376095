"""The coordinator's pages of units, people and boards, and the page of an invited person."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.actions.invitations import invite as offer
from brukerplan.actions.querying import ask
from brukerplan.actions.sign_in import sign_in
from brukerplan.actions.units import declare_nothing_to_report
from brukerplan.mail import MailServer
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import RoundMunicipality
from brukerplan.persistence.tables.states import QueryQuestion
from brukerplan.web.services import EXTENSION
from tests.actions.world import NOW, World, somebody
from tests.mail.server import SENDER, PostOffice, free_port
from tests.web.browser import Browser, Page, text_of

HERE = "/kommune/1103/2026"
UNITS = f"{HERE}/tjenester"
PASSWORD = "et langt og godt passord"
NEAR = datetime.fromisoformat("2026-12-13T08:00:00+00:00")


def has_mail(app: Flask, mail: MailServer | None) -> None:
    app.extensions[EXTENSION] = dataclasses.replace(app.extensions[EXTENSION], mail=mail)


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """A mail server the application knows of."""
    with PostOffice() as opened:
        has_mail(app, opened.mail)
        yield opened


@pytest.fixture
def coordinator(browser: Browser, world: World) -> Browser:
    """A browser the coordinator has signed in with."""
    browser.sits_down(world.coordinator)
    return browser


def unit_page(world: World, unit_id: int | None = None) -> str:
    return f"{UNITS}/{unit_id or world.unit}"


def access(organisation_id: int, act: str) -> str:
    return f"{HERE}/tilgang/{organisation_id}/{act}"


def invite(browser: Browser, world: World, email: str, *, role: str = "registrar") -> Page | None:
    page = browser.page(unit_page(world))
    response = browser.send(page, access(world.unit, "inviter"), email=email, role=role)
    if response.status_code == 303:
        assert response.location == unit_page(world)
        return None
    return Page(response)


def link_on(page: Page) -> str:
    (field,) = page.elements("input", id="lenke")
    return str(field.get("value")).removeprefix("http://127.0.0.1:5000")


# Units


def test_the_coordinator_adds_a_unit_and_comes_to_its_members(
    coordinator: Browser, world: World
) -> None:
    page = coordinator.page(UNITS)

    response = coordinator.send(
        page, UNITS, name="Oppsøkende team", expected="12", service="other_health"
    )

    assert response.status_code == 303
    made = coordinator.page(response.location)
    assert made.heading == "Oppsøkende team"
    assert "Ventet antall: 12" in made.main
    assert "Ingen har tilgang ennå" in made.main
    assert "Oppsøkende team" in coordinator.page(HERE).main


@pytest.mark.parametrize(
    ("name", "expected", "target", "status"),
    [
        ("", "1", "name", 400),
        ("Ny", "mange", "expected", 400),
        ("Ny", "-1", "expected", 400),
        ("Ny", "12345", "expected", 400),
        ("Ny", "٣", "expected", 400),
        ("Hjemmetjenesten 1103", "1", "name", 409),
        ("Sak 010180 12345", "1", "name", 409),
    ],
)
def test_what_is_wrong_with_a_new_unit_is_said_at_the_field_and_nothing_is_lost(
    coordinator: Browser, world: World, name: str, expected: str, target: str, status: int
) -> None:
    response = coordinator.send(
        coordinator.page(UNITS), UNITS, name=name, expected=expected, service="other_health"
    )

    assert response.status_code == status
    page = Page(response)
    assert page.elements("a", href=f"#{target}")
    assert page.elements("input", id="name")[0].get("value") == name
    assert page.elements("input", id="expected")[0].get("value") == expected


def test_expected_numbers_of_all_units_are_one_form(coordinator: Browser, world: World) -> None:
    page = coordinator.page(UNITS)
    first, second = (f"expected_{unit}" for unit in world.units["1103"])

    wrong = coordinator.send(page, f"{UNITS}/ventet", **{first: "9", second: "x"})
    assert wrong.status_code == 400
    again = Page(wrong)
    assert again.elements("a", href=f"#{second}")
    assert again.elements("input", id=first)[0].get("value") == "9"
    assert coordinator.send(again, f"{UNITS}/ventet", **{second: "3"}).status_code == 303

    saved = coordinator.page(UNITS)
    assert [saved.elements("input", id=name)[0].get("value") for name in (first, second)] == [
        "9",
        "3",
    ]


def test_a_unit_is_renamed_taken_out_and_put_in(coordinator: Browser, world: World) -> None:
    address = unit_page(world, world.other_unit)
    coordinator.send(coordinator.page(address), f"{address}/navn", name="Hjemmesykepleien")
    page = coordinator.page(address)
    assert page.heading == "Hjemmesykepleien"

    coordinator.send(page, f"{address}/deltar", takes_part="no")
    out = coordinator.page(address)
    assert "Tjenesten er ikke med" in out.main
    assert "Hjemmesykepleien" not in coordinator.page(HERE).main

    coordinator.send(out, f"{address}/deltar", takes_part="yes")
    assert "Tjenesten er med" in coordinator.page(address).main


def test_a_unit_with_registrations_says_why_it_stays(coordinator: Browser, world: World) -> None:
    world.start(1)
    page = coordinator.page(unit_page(world))

    assert "kan derfor ikke tas ut" in page.main
    refused = coordinator.send(page, f"{unit_page(world)}/deltar", takes_part="no")
    assert refused.status_code == 409
    assert "må slettes i tjenesten først" in Page(refused).main


def test_another_municipalitys_unit_is_not_found_in_ones_own_address(
    coordinator: Browser, world: World
) -> None:
    foreign = world.units["1108"][0]
    page = coordinator.page(UNITS)
    token = page.filled(UNITS)["csrf_token"]

    coordinator.page(f"{UNITS}/{foreign}", status=404)
    for place in (foreign, world.municipalities["1108"], world.trust, world.nation, 2**40):
        for act in ("inviter", "trekk", "fjern"):
            sent = {"csrf_token": token, "email": "a@b.example", "role": "registrar", "user": "1"}
            assert coordinator.post(access(place, act), data=sent).status_code == 404
    # Another municipality's invitation, named in one's own address, is as if there were none.
    theirs = offer(
        world.database,
        by=world.coordinates("1108"),
        mail=None,
        public_url="",
        organisation_id=foreign,
        email="ny@eksempel.no",
        role=Role.REGISTRAR,
        now=NOW,
    ).invitation_id
    answers = [
        coordinator.post(
            access(world.unit, "trekk"), data={"csrf_token": token, "invitation": str(named)}
        ).status_code
        for named in (theirs, uuid.uuid4())
    ]
    assert answers == [409, 409]
    for act in ("navn", "deltar"):
        response = coordinator.post(
            f"{UNITS}/{foreign}/{act}", data={"csrf_token": token, "name": "Vår"}
        )
        assert response.status_code == 404
    numbers = {"csrf_token": token, f"expected_{foreign}": "99"}
    coordinator.post(f"{UNITS}/ventet", data=numbers)
    with world.database.read() as session:
        untouched = unit_progress(session, foreign, world.round_id)
    assert untouched is not None
    assert untouched.expected == 2
    reminded = coordinator.post(f"{HERE}/paminn/{foreign}", data={"csrf_token": token})
    assert reminded.status_code in {403, 409}, "never another's, with mail or without"


# Inviting and accepting


def test_the_whole_way_of_an_invitation(
    coordinator: Browser, world: World, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert invite(coordinator, world, "ny@kommune.example") is None
    waiting = coordinator.page(unit_page(world))
    assert "Invitasjonen er sendt" in waiting.main
    assert "ny@kommune.example" in waiting.main
    letter = office.text_to("ny@kommune.example")
    address = letter.split("http://127.0.0.1:5000")[1].split()[0]

    followed = coordinator.get(address)
    assert followed.location == "/invitasjon"
    assert followed.headers["Referrer-Policy"] == "no-referrer"
    page = coordinator.page("/invitasjon")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "Kari Koordinator inviterer deg som registrator" in page.main
    token = address.rsplit("/", 1)[1]
    assert token not in page.html

    done = coordinator.send(page, "/invitasjon", name="Nina Ny", password=PASSWORD)
    assert done.location == "/logg-inn"
    assert "Invitasjonen er tatt imot" in coordinator.page("/logg-inn").main, "Kari is signed out"
    actor = sign_in(world.database, email="ny@kommune.example", password=PASSWORD, now=NOW)
    coordinator.sits_down(actor)
    assert coordinator.get("/start").location == "/min-liste"
    # The test's own mail server tells all it hears.
    ours = [each.getMessage() for each in caplog.records if each.name != "mail.log"]
    assert not any(token in line for line in ours)


def test_a_link_that_does_not_work_says_one_thing(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    used = link_on(must(invite(browser, world, "en@kommune.example")))
    withdrawn = link_on(must(invite(browser, world, "to@kommune.example")))
    page = browser.page(unit_page(world))
    (invitation,) = (
        field.get("value")
        for form in page.elements("form", action=access(world.unit, "trekk"))
        if "to@kommune.example" in text_of(form)
        for field in form.iter()
        if field.get("name") == "invitation"
    )
    sent = {
        "csrf_token": page.filled(f"{unit_page(world)}/navn")["csrf_token"],
        "invitation": invitation,
    }
    assert browser.post(access(world.unit, "trekk"), data=sent).status_code == 303
    browser.get(used)
    browser.send(browser.page("/invitasjon"), "/invitasjon", name="Nina", password=PASSWORD)

    browser.page("/logg-inn")
    said = set()
    for link in (used, withdrawn, "/invitasjon/finnes-ikke", "/invitasjon/" + "x" * 3000):
        browser.get(link)
        said.add(browser.page("/invitasjon", status=404).main)
    assert len(said) == 1
    assert "Invitasjonen kan ikke brukes" in said.pop()


def must(page: Page | None) -> Page:
    assert page is not None
    return page


def test_without_mail_the_link_is_shown_once_and_kept_by_nobody(
    coordinator: Browser, world: World
) -> None:
    page = must(invite(coordinator, world, "ny@kommune.example"))

    assert page.response.headers["Cache-Control"] == "no-store"
    link = link_on(page)
    assert link.startswith("/invitasjon/")
    secret = link.rsplit("/", 1)[1]
    assert secret not in coordinator.page(unit_page(world)).html
    with coordinator.session_transaction() as session:
        assert secret not in str(dict(session))


def test_a_mail_server_that_is_gone_leaves_the_link_to_the_coordinator(
    app: Flask, coordinator: Browser, world: World
) -> None:
    has_mail(app, MailServer("127.0.0.1", free_port(), SENDER, tls="never"))

    page = must(invite(coordinator, world, "ny@kommune.example"))

    assert "kunne ikke sendes" in page.main
    coordinator.get(link_on(page))
    assert "Du er invitert" in coordinator.page("/invitasjon").heading


def test_the_answer_is_the_same_whether_there_is_an_account_elsewhere(
    coordinator: Browser, world: World, office: PostOffice
) -> None:
    # Frode has an account, in another municipality.
    shown = []
    for email in ("frode@eksempel.no", "ingen@eksempel.no"):
        assert invite(coordinator, world, email) is None
        shown.append(coordinator.page(unit_page(world)).main.replace(email, "@"))
        page = coordinator.page(unit_page(world))
        coordinator.send(page, access(world.unit, "trekk"))

    assert shown[0] == shown[1]
    assert "Frode" not in shown[0]


def test_who_has_an_account_accepts_with_its_password_and_guesses_are_limited(
    coordinator: Browser, world: World
) -> None:
    email = "else@annen.example"
    create_user(world.database, email=email, name="Else", password=PASSWORD, now=NOW)
    link = link_on(must(invite(coordinator, world, email)))
    coordinator.get(link)
    page = coordinator.page("/invitasjon")
    assert "Du har en bruker fra før" in page.main
    assert page.elements("input", id="name") == []

    wrong = coordinator.send(page, "/invitasjon", password="feil passord")
    assert wrong.status_code == 400
    assert "Passordet er feil" in Page(wrong).main
    assert "feil passord" not in wrong.get_data(as_text=True)
    for _ in range(4):
        coordinator.send(page, "/invitasjon", password="feil passord")
    refused = coordinator.send(page, "/invitasjon", password=PASSWORD)
    assert refused.status_code == 429
    assert "For mange forsøk. Vent 5 s" in Page(refused).main
    coordinator.later(NOW + timedelta(seconds=5))
    assert coordinator.send(page, "/invitasjon", password=PASSWORD).status_code == 303


def test_a_poor_password_is_said_and_the_name_stays(coordinator: Browser, world: World) -> None:
    coordinator.get(link_on(must(invite(coordinator, world, "ny@kommune.example"))))

    response = coordinator.send(
        coordinator.page("/invitasjon"), "/invitasjon", name="Nina Ny", password="kort"
    )

    assert response.status_code == 400
    page = Page(response)
    assert page.elements("a", href="#password")
    assert page.elements("input", id="name")[0].get("value") == "Nina Ny"
    assert 'value="kort"' not in page.html


@pytest.mark.parametrize(
    ("email", "role", "target", "status"),
    [
        ("", "registrar", "email", 400),
        ("ikke en adresse", "registrar", "email", 400),
        ("ny@kommune.example", "", "role-0", 400),
        ("ny@kommune.example", "system_administrator", "role-0", 400),
        ("kari@eksempel.no", "registrar", "email", 409),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_at_the_field(
    coordinator: Browser, world: World, email: str, role: str, target: str, status: int
) -> None:
    page = must(invite(coordinator, world, email, role=role))

    assert page.status == status
    assert page.elements("a", href=f"#{target}")
    assert page.elements("input", id="email")[0].get("value") == email


def test_members_stand_with_role_and_since_when_and_can_be_removed(
    coordinator: Browser, world: World
) -> None:
    page = coordinator.page(unit_page(world))
    assert "Rita Registrerer" in page.main
    assert "siden 1. desember 2026" in page.main

    forms = page.elements("form", action=access(world.unit, "fjern"))
    assert len(forms) == 2
    for form in forms:
        fields = {field.get("name"): field.get("value") for field in form.iter()}
        sent = {name: fields[name] for name in ("csrf_token", "user", "role")}
        assert coordinator.post(access(world.unit, "fjern"), data=sent).status_code == 303
        again = coordinator.post(access(world.unit, "fjern"), data=sent)
        assert again.status_code == 409
    assert "Ingen har tilgang ennå" in coordinator.page(unit_page(world)).main


def test_the_last_coordinator_is_told_to_invite_another(coordinator: Browser, world: World) -> None:
    address = access(world.municipalities["1103"], "fjern")

    refused = coordinator.send(coordinator.page(UNITS), address)

    assert refused.status_code == 409
    assert "minst én koordinator" in Page(refused).main
    place = world.municipalities["1103"]
    second = somebody(world.database, "Klara Koordinator", Role.COORDINATOR, place)
    grant(
        world.database,
        user_id=second.user_id,
        organisation_id=place,
        role=Role.COORDINATOR,
        now=NOW,
    )
    left = coordinator.send(coordinator.page(UNITS), address)
    assert left.location == "/start"
    assert coordinator.get(UNITS).status_code == 403


# Boards and reminders


def board_names(page: Page) -> list[str]:
    return [text_of(each) for each in page.elements("h3", class_="board__name")]


def test_the_board_shows_late_units_first_and_what_each_lacks(
    app: Flask, coordinator: Browser, world: World, office: PostOffice
) -> None:
    for serial in (1, 2):
        world.submit(serial, unit_id=world.unit, informed=serial == 1)
    coordinator.later(NEAR)

    page = coordinator.page(HERE)

    assert board_names(page) == ["Hjemmetjenesten 1103", "Rus- og psykisk helse 1103"]
    assert "1 tjeneste er sen" in page.main
    assert "2 dager igjen" in page.main
    assert "2 av 2 sendt inn" in page.main
    assert "1 brev ikke sendt" in page.main
    assert [
        text_of(each) for each in page.elements("a") if "?vis=" in (each.get("href") or "")
    ] == [
        "Alle (2)",
        "Sene (1)",
        "Ikke levert (2)",
        "Levert (0)",
    ]
    assert board_names(coordinator.page(f"{HERE}?vis=sene")) == ["Hjemmetjenesten 1103"]
    assert board_names(coordinator.page(f"{HERE}?vis=ferdig")) == []
    assert len(board_names(coordinator.page(f"{HERE}?vis=tull"))) == 2


def test_questions_that_wait_and_a_lack_of_members_stand_on_the_board(
    coordinator: Browser, world: World, office: PostOffice
) -> None:
    ask(
        world.database,
        by=world.coordinator,
        registration_id=world.start(1),
        question=QueryQuestion.STILL_A_USER,
        now=NOW,
    )
    with world.database.begin() as session:
        session.execute(
            sa.text("DELETE FROM membership WHERE organisation_id = :id"),
            {"id": world.other_unit},
        )

    page = coordinator.page(HERE)

    assert "1 åpent spørsmål" in page.main
    assert "1 brev ikke sendt" in page.main
    assert "Ingen medlemmer ennå" in page.main
    assert page.elements("form", action=f"{HERE}/paminn/{world.unit}")
    assert page.elements("form", action=f"{HERE}/paminn/{world.other_unit}") == []


def test_nothing_to_report_is_shown_as_finished(coordinator: Browser, world: World) -> None:
    declare_nothing_to_report(
        world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
    )

    page = coordinator.page(f"{HERE}?vis=ferdig")

    assert board_names(page) == ["Rus- og psykisk helse 1103"]
    assert "Ingen å registrere" in page.main


def test_a_unit_is_reminded_from_the_board_once_a_day(
    app: Flask, coordinator: Browser, world: World, office: PostOffice
) -> None:
    page = coordinator.page(HERE)
    address = f"{HERE}/paminn/{world.unit}"

    assert coordinator.send(page, address).status_code == 303
    after = coordinator.page(HERE)
    assert "1 tjeneste har fått påminnelse" in after.main
    assert "Påminnelse sendt i dag" in after.main
    assert "Siste påminnelse 1. desember 2026" in after.main
    again = coordinator.send(page, address)
    assert again.status_code == 409
    assert "ny påminnelse i morgen" in Page(again).main
    assert office.recipients == ["liv@eksempel.no", "rita@eksempel.no"]
    coordinator.later(NOW + timedelta(days=1))
    assert coordinator.send(coordinator.page(HERE), address).status_code == 303


def test_all_late_ones_are_reminded_by_one_button(
    app: Flask, coordinator: Browser, world: World, office: PostOffice
) -> None:
    coordinator.later(NEAR)
    page = coordinator.page(HERE)

    coordinator.send(page, f"{HERE}/paminn")
    # Kolbjørn's address has a letter this server does not take.
    assert "liv@eksempel.no" in office.recipients

    coordinator.send(page, f"{HERE}/paminn")
    assert len(office.recipients) == len(set(office.recipients))


def test_who_was_not_reached_is_named_on_the_page_and_in_no_cookie(
    app: Flask, coordinator: Browser, world: World
) -> None:
    with PostOffice(refuses=frozenset({"liv@eksempel.no"})) as office:
        has_mail(app, office.mail)
        response = coordinator.send(coordinator.page(HERE), f"{HERE}/paminn/{world.unit}")

    assert response.status_code == 502
    page = Page(response)
    assert "Liv Leder" in page.main
    assert "Rita" not in page.main
    with coordinator.session_transaction() as session:
        assert "Liv" not in str(dict(session))


def test_without_a_mail_server_the_board_says_so_and_offers_no_button(
    coordinator: Browser, world: World
) -> None:
    page = coordinator.page(HERE)

    assert "E-post er ikke satt opp" in page.main
    assert page.elements("form", action=f"{HERE}/paminn/{world.unit}") == []
    token = coordinator.page(UNITS).filled(UNITS)["csrf_token"]
    refused = coordinator.post(f"{HERE}/paminn", data={"csrf_token": token})
    assert refused.status_code == 409
    assert "E-post er ikke satt opp" in Page(refused).main


def test_the_trust_sees_who_is_late_in_shares_and_never_in_persons(
    app: Flask, browser: Browser, world: World
) -> None:
    world.approve(["1101"], persons=13)
    for serial in range(2001, 2018):
        world.submit(serial, unit_id=world.units["1108"][0])
    browser.sits_down(world.administrator)
    browser.later(NEAR)

    page = browser.page("/runde/2026")

    names = board_names(page)
    assert names[0] == "Kommune 1103", "the late ones first"
    assert names[-1] == "Kommune 1101", "the approved last"
    assert "3 kommuner er sene" in page.main
    assert {"13", "17", "26"}.isdisjoint(page.main.split())
    assert board_names(browser.page("/runde/2026?vis=ferdig")) == ["Kommune 1101"]
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(deadline=date(2027, 1, 31))
        )
    later = browser.page("/runde/2026")
    assert "Egen frist 31. januar 2027" in later.main
    assert "Kommune 1108" not in board_names(browser.page("/runde/2026?vis=sene"))
