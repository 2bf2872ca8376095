"""Every route × every role, in the own organisation and in another, as one table to read.

All addresses are about one unit in Stavanger and one draft there. «own» holds the role where
the draft is (its unit, its municipality, its trust); «other» holds the same role in Sandnes,
or in another trust. ``mate`` is a registrar in another unit of the same municipality.

======  ===============================================================
``P``   opens, and shows the person's case label
``+``   opens, or answers what was sent; nothing about the person
``-``   403: not yours
``0``   404: cannot be told from what does not exist
``>``   to the sign-in page
======  ===============================================================
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_organisation, grant
from brukerplan.actions.erasing import erase_person
from brukerplan.actions.extracting import ask_extract
from brukerplan.actions.key_rotation import create_keys
from brukerplan.actions.keys import Keys
from brukerplan.actions.querying import ask
from brukerplan.actions.registering import ConflictError
from brukerplan.identity.national_number import synthetic_number
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables.states import OrganisationKind, QueryQuestion, RightsPurpose
from brukerplan.web import guards
from brukerplan.web.guards import public
from brukerplan.web.services import EXTENSION, Services
from tests.actions.earlier import in_year
from tests.actions.extract_world import APPLICATION, DEFINITION
from tests.actions.keys_world import MASTER, Noting, freeze_with
from tests.actions.open_page import OpenPage
from tests.actions.world import NOW, World, person, somebody
from tests.web.browser import Browser

LABEL = "Kjennemerke-7"
NUMBER, OTHER_NUMBER = (synthetic_number(date(1990, 5, day), "male", 4) for day in (17, 18))

TABLE = """
                              own                              other                      nobody
                         reg lead coor offi anal admi syst   mate reg lead coor offi anal admi
account.sign_in           +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
account.sign_in_send      +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
account.sign_out          +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
second_step.ask           +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
second_step.answer        +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
second_step.passkey_asked +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
second_step.passkey_shown +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
factors.set_up            +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.confirm           +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.qr_code           +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.remove            +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.codes             +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.passkey_asked     +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.add_passkey       +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.name_passkey      +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
factors.drop_passkey      +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
own_account.show          +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
own_account.end           +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
own_account.password      +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
own_account.password_send +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
forgotten.ask             +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
forgotten.send            +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
forgotten.follow          +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
forgotten.show            0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
forgotten.choose          0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
support.page              -   -    +    -    -    -    +      -    -   -    +    -    -    -   >
support.reset             -   -    +    -    -    -    +      -    -   -    +    -    -    -   >
assets.asset              +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
open.front                +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
open.start                +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
open.codebook             +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
open.accessibility        +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
open.privacy              +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
open.health               +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
my_list.mine              P   P    -    -    -    -    -      +    +   +    -    -    -    -   >
my_list.start             P   P    -    -    -    -    -      +    +   +    -    -    -    -   >
my_list.submit            -   P    -    -    -    -    -      -    -   -    -    -    -    -   >
my_list.nothing           -   P    -    -    -    -    -      -    -   -    -    -    -    -   >
my_list.open_again        -   P    0    -    -    -    -      -    -   -    -    -    -    -   >
registration.fill_in      P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
registration.save         +   +    0    0    0    0    0      0    0   0    0    0    0    0   >
registration.token        +   +    +    +    +    +    +      +    +   +    +    +    +    +   >
review.look_over          P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
review.submit             P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
review.reopen             P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
review.delete             P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
history.show              P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
conflicts.show            P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
conflicts.settle          P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
letters.of_unit           P   P    -    -    -    -    -      -    -   -    -    -    -    -   >
letters.printed           P   P    -    -    -    -    -      -    -   -    -    -    -    -   >
letters.sent              P   P    -    -    -    -    -      -    -   -    -    -    -    -   >
letters.languages         +   +    -    -    -    -    -      -    -   -    -    -    -    -   >
letters.unsent            0   0    -    -    -    -    -      -    -   -    -    -    -    -   >
number_change.page        +   +    +    -    -    -    -      +    +   +    +    -    -    -   >
number_change.record      +   +    +    -    -    -    -      +    +   +    +    -    -    -   >
opting_out.page           +   +    +    -    -    -    -      +    +   +    +    -    -    -   >
opting_out.record         +   +    +    -    -    -    -      +    +   +    +    -    -    -   >
duplicates.of_municipality -  -    P    -    -    -    -      -    -   -    -    -    -    -   >
duplicates.side_by_side   -   -    P    -    -    -    -      -    -   -    -    -    -    -   >
duplicates.make_one       -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
importing.page            +   +    -    -    -    -    -      -    -   -    -    -    -    -   >
importing.template        +   +    -    -    -    -    -      -    -   -    -    -    -    -   >
importing.check           +   +    -    -    -    -    -      -    -   -    -    -    -    -   >
importing.carry_out       +   +    -    -    -    -    -      -    -   -    -    -    -    -   >
exporting.page            -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
exporting.download        -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.ask               -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.tell              -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.ask_to_correct    -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.correct           -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.ask_to_erase      -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.erase             -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.show_receipt      -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
persons.receipt_file      -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
municipality.mine         -   -    +    -    -    -    -      -    -   -    +    -    -    -   >
municipality.progress     -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
municipality.approve      -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
municipality.open_again   -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
board.remind              -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
board.remind_late         -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.units              -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.add_unit           -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.expect             -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.unit               -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.rename             -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.say_service        -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
people.take_part          -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
membership.invite_somebody -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
membership.withdraw       -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
membership.remove         -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
invitation.follow         +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
invitation.show           0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
invitation.accept         0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
invitation.accept_elsewhere 0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
provider.begin            0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
provider.answer           0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
provider.signed_out       0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
provider_link.begin       0   0    0    0    0    0    0      0    0   0    0    0    0    0   >
provider_link.remove      0   0    0    0    0    0    0      0    0   0    0    0    0    0   >
quality.municipality      -   -    P    -    -    -    -      -    -   -    -    -    -    -   >
quality.unit              0   P    P    0    0    0    0      0    0   0    0    0    0    0   >
quality.verified          0   +    0    0    0    0    0      0    0   0    0    0    0    0   >
quality.unverified        0   +    0    0    0    0    0      0    0   0    0    0    0    0   >
queries.prepare           0   P    P    0    0    0    0      0    0   0    0    0    0    0   >
queries.send              0   P    P    0    0    0    0      0    0   0    0    0    0    0   >
queries.read              P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
queries.answer            P   P    0    0    0    0    0      0    0   0    0    0    0    0   >
queries.close             0   +    +    0    0    0    0      0    0   0    0    0    0    0   >
municipality.open_unit    -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
terms.terms               -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
terms.save                -   -    +    -    -    -    -      -    -   -    -    -    -    -   >
training.number           0   0    -    -    -    -    -      0    0   0    -    -    -    -   >
rounds.index              -   -    -    -    -    +    -      -    -   -    -    -    -    +   >
rounds.overview           -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.begin              -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.correct            -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.drop               -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.set_deadline       -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.set_purge          -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.open_again         -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.ask_for_correction -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
planning.plan             -   -    -    -    -    +    -      -    -   -    -    -    -    +   >
planning.plan_send        -   -    -    -    -    +    -      -    -   -    -    -    -    +   >
rounds.freeze             -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.build              -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
rounds.publish            -   -    -    -    -    +    -      -    -   -    -    -    -    -   >
access_log.newest         -   -    +    +    -    -    -      -    -   -    +    +    -    -   >
access_log.seen           -   -    +    +    -    -    -      -    -   -    +    +    -    -   >
legal_bases.index         -   -    -    +    -    -    -      -    -   -    -    +    -    -   >
legal_bases.unit          -   -    -    +    -    -    -      -    -   -    -    -    -    -   >
legal_bases.record        -   -    -    +    -    -    -      -    -   -    -    -    -    -   >
legal_bases.withdraw      -   -    -    +    -    -    -      -    -   -    -    -    -    -   >
extracts.index            -   -    -    +    +    +    -      -    -   -    -    +    +    +   >
extracts.show             0   0    0    0    +    +    0      0    0   0    0    0    0    0   >
extracts.approve          0   0    0    0    0    +    0      0    0   0    0    0    0    0   >
extracts.reject           0   0    0    0    0    +    0      0    0   0    0    0    0    0   >
extracts.end              0   0    0    0    0    +    0      0    0   0    0    0    0    0   >
extracts.fetch            0   0    0    0    +    0    0      0    0   0    0    0    0    0   >
extract_asking.page       -   -    -    -    +    -    -      -    -   -    -    -    +    -   >
extract_asking.send       -   -    -    -    +    -    -      -    -   -    -    -    +    -   >
explorer.page             +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
explorer.csv_file         0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
explorer.json_file        0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
monitor.index             +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
monitor.page              +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
results.index             +   +    +    +    +    +    +      +    +   +    +    +    +    +   +
results.area              0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
results.report_page       0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
results.report_pdf        0   0    0    0    0    0    0      0    0   0    0    0    0    0   0
"""
# `provider`, `provider_link`: this installation has no sign-in provider.
# The last three: nothing of the open round is published, so nobody sees anything of it.

POSTED = {
    "quality.verified",
    "quality.unverified",
    "queries.send",
    "queries.answer",
    "queries.close",
    "account.sign_in_send",
    "account.sign_out",
    "second_step.answer",
    "second_step.passkey_asked",
    "second_step.passkey_shown",
    "factors.confirm",
    "factors.remove",
    "factors.codes",
    "factors.passkey_asked",
    "factors.add_passkey",
    "factors.name_passkey",
    "factors.drop_passkey",
    "own_account.end",
    "own_account.password_send",
    "forgotten.send",
    "forgotten.choose",
    "support.reset",
    "my_list.start",
    "my_list.submit",
    "my_list.nothing",
    "my_list.open_again",
    "registration.save",
    "review.submit",
    "review.reopen",
    "review.delete",
    "conflicts.settle",
    "letters.printed",
    "letters.sent",
    "letters.languages",
    "letters.unsent",
    "number_change.record",
    "opting_out.record",
    "duplicates.make_one",
    "importing.check",
    "importing.carry_out",
    "exporting.download",
    "access_log.seen",
    "municipality.approve",
    "municipality.open_again",
    "board.remind",
    "board.remind_late",
    "people.add_unit",
    "people.expect",
    "people.rename",
    "people.take_part",
    "people.say_service",
    "persons.tell",
    "persons.erase",
    "persons.correct",
    "legal_bases.record",
    "legal_bases.withdraw",
    "rounds.set_purge",
    "membership.invite_somebody",
    "membership.withdraw",
    "membership.remove",
    "invitation.accept",
    "invitation.accept_elsewhere",
    "provider.begin",
    "provider_link.begin",
    "provider_link.remove",
    "municipality.open_unit",
    "terms.save",
    "training.number",
    "rounds.begin",
    "rounds.correct",
    "rounds.open_again",
    "rounds.drop",
    "rounds.set_deadline",
    "rounds.ask_for_correction",
    "planning.plan_send",
    "rounds.freeze",
    "rounds.build",
    "rounds.publish",
    "extracts.approve",
    "extracts.reject",
    "extracts.end",
    "extracts.fetch",
    "extract_asking.send",
}


@pytest.fixture
def values(world: World) -> dict[str, str | int]:
    """What the addresses name: a draft in the unit, its municipality, this year's round."""
    draft = world.start(1, label=LABEL)
    # The same person elsewhere, for the coordinator to make one of two.
    double = world.start(1, label="Annet-8", unit_id=world.other_unit, also_elsewhere=True)
    asked = ask(
        world.database,
        by=world.coordinator,
        registration_id=draft,
        question=QueryQuestion.STILL_A_USER,
        now=NOW,
    )
    return {
        "extract_id": _extract(world),
        "registration_id": str(draft),
        "conflict_id": str(_conflict(world, draft)),
        "query_id": str(asked.id),
        "first": str(draft),
        "second": str(double),
        "unit_id": world.unit,
        "code": "1103",
        "key": "1103",
        "level": "kommune",
        "year": 2026,
        "edition": "2026",
        "folder": "egne",
        "digest": "x",
        "name": "brukerplan.css",
        "organisation_id": world.unit,
        "token": "not-an-invitation",
        "passkey_id": str(uuid.uuid4()),
        "kind": "csv",
        "plan_id": "psykisk-helse-2023-2033",
        "reference": str(_receipt(world)),
        "language": "nn",
    }


@pytest.fixture
def people(world: World) -> tuple[Actor | None, ...]:
    """One for each column of the table."""
    municipality, sandnes = world.municipalities["1103"], world.municipalities["1108"]
    sandnes_unit = world.units["1108"][0]
    region = _add(world, OrganisationKind.REGION, "helse-nord", world.nation)
    trust = _add(world, OrganisationKind.TRUST, "finnmark", region)
    held = (
        (Role.REGISTRAR, world.unit),
        (Role.UNIT_LEAD, world.unit),
        (Role.COORDINATOR, municipality),
        (Role.DATA_PROTECTION_OFFICER, municipality),
        (Role.TRUST_ANALYST, world.trust),
        (Role.TRUST_ADMINISTRATOR, world.trust),
        (Role.SYSTEM_ADMINISTRATOR, world.nation),
        (Role.REGISTRAR, world.other_unit),
        (Role.REGISTRAR, sandnes_unit),
        (Role.UNIT_LEAD, sandnes_unit),
        (Role.COORDINATOR, sandnes),
        (Role.DATA_PROTECTION_OFFICER, sandnes),
        (Role.TRUST_ANALYST, trust),
        (Role.TRUST_ADMINISTRATOR, trust),
    )
    found: list[Actor | None] = []
    for number, (role, place) in enumerate(held):
        actor = somebody(world.database, f"Fiktiv{number} Person", role, place)
        grant(world.database, user_id=actor.user_id, organisation_id=place, role=role, now=NOW)
        found.append(actor)
    return (*found, None)


def test_every_route_opens_for_whom_the_table_says(
    app: Flask, browser: Browser, people: tuple[Actor | None, ...], values: dict[str, str | int]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    expected = _expected()

    assert _measured(app, browser, people, values, expected) == expected


def test_a_policy_that_always_says_yes_would_be_seen(
    app: Flask,
    browser: Browser,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(guards, "allows", lambda *_: True)
    monkeypatch.setattr(guards, "holds_anywhere", lambda *_: True)

    asked = ("my_list.submit", "municipality.progress", "rounds.overview", "results.area")

    found = _measured(app, browser, people, values, asked)

    expected = _expected()
    assert {name for name in asked if found[name] != expected[name]} == set(asked[:3])


def test_the_table_has_every_route_and_no_other(app: Flask) -> None:
    assert set(_expected()) == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_route_the_table_does_not_have_would_be_seen(app: Flask) -> None:
    app.add_url_rule("/ny", "new.page", public(lambda: "new"))

    assert {rule.endpoint for rule in app.url_map.iter_rules()} - set(_expected()) == {"new.page"}


def test_what_is_sent_without_the_pages_own_token_is_not_taken(
    app: Flask, browser: Browser, people: tuple[Actor | None, ...], values: dict[str, str | int]
) -> None:
    lead, stranger, nobody = people[1], people[8], people[-1]
    for endpoint in sorted(POSTED):
        for actor in (lead, stranger, nobody):
            response = _asked(app, browser, actor, endpoint, values)
            # A draft's own page comes back with what was typed, unsaved: 400 too. To
            # strangers it does not exist.
            hidden = endpoint == "registration.save" and response.status_code == 404
            assert response.status_code == 400 or hidden, endpoint


def test_every_route_that_takes_something_is_tried_without_a_token(app: Flask) -> None:
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    assert taking == POSTED


def test_no_request_of_a_municipality_opens_the_trust_key(
    app: Flask,
    browser: Browser,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
    world: World,
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    create_keys(world.database, wrapper=MASTER, now=NOW)
    noting = Noting()
    made: Services = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(made, keys=Keys(made.database, noting))
    numbers = {"number": NUMBER, "earlier": NUMBER, "later": OTHER_NUMBER, "case_label": "K-1"}

    for actor in (*people[:4], *people[7:12]):
        for endpoint in _expected():
            _asked(app, browser, actor, endpoint, values, understood="yes", **numbers)
    assert noting.used == {Purpose.MUNICIPALITY, Purpose.TRANSFER}

    # The control: the trust's own request to freeze does.
    world.approve(["1101"], persons=1)
    _asked(app, browser, people[5], "rounds.freeze", values, understood="yes")
    assert Purpose.TRUST in noting.used


def test_personal_pages_are_kept_by_no_cache(
    app: Flask, browser: Browser, people: tuple[Actor | None, ...], values: dict[str, str | int]
) -> None:
    for endpoint in sorted(set(_expected()) - POSTED - {"assets.asset"}):
        for actor in people[1:6]:
            response = _asked(app, browser, actor, endpoint, values)
            assert response.headers["Cache-Control"] == "no-store", endpoint


def _expected() -> dict[str, str]:
    rows = (line.split() for line in TABLE.strip().splitlines()[2:])
    return {name: " ".join(cells) for name, *cells in rows}


def _measured(
    app: Flask,
    browser: Browser,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
    endpoints: Iterable[str],
) -> dict[str, str]:
    return {
        endpoint: " ".join(_cell(_asked(app, browser, actor, endpoint, values)) for actor in people)
        for endpoint in endpoints
    }


def _asked(
    app: Flask,
    browser: Browser,
    actor: Actor | None,
    endpoint: str,
    values: dict[str, str | int],
    **typed: str,
) -> TestResponse:
    if actor is None:
        with browser.session_transaction() as session:
            session.clear()
    else:
        browser.sits_down(actor)
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    address = app.url_map.bind("localhost").build(
        endpoint, {name: values[name] for name in rule.arguments}
    )
    if endpoint not in POSTED:
        response = browser.get(address)
        response.get_data()
        response.close()
        return response
    # Nothing is done by any of these: no number, no such version, no box ticked.
    return browser.post(address, data={"version": "99", "unit": str(values["unit_id"]), **typed})


def _cell(response: TestResponse) -> str:
    if response.status_code in {403, 404}:
        assert LABEL not in response.get_data(as_text=True)
        return {403: "-", 404: "0"}[response.status_code]
    if response.status_code == 303 and response.location.startswith("/logg-inn?til="):
        return ">"
    assert response.status_code in {200, 302, 303, 400, 409}, response.status_code
    # As bytes: a receipt is a PDF.
    return "P" if LABEL.encode() in response.get_data() else "+"


def _receipt(world: World) -> uuid.UUID:
    # Of somebody the municipality has nothing about.
    return erase_person(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        number=person(77),
        purpose=RightsPurpose.PERSON_ASKED,
        keep_opt_outs=True,
        now=NOW,
    )


def _conflict(world: World, draft: uuid.UUID) -> uuid.UUID:
    one, other = (OpenPage(world, draft, world.works_in(world.unit)) for _ in range(2))
    one.save(housing="red")
    with pytest.raises(ConflictError) as both:
        other.save(housing="green")
    return both.value.conflict_id


def _extract(world: World) -> int:
    """Somebody else's application, for what was frozen last year."""
    last_year = in_year(world, 2025)
    freeze_with(last_year, 2025, range(900, 905))
    asker = somebody(world.database, "Anna Analytiker", Role.TRUST_ANALYST, world.trust)
    return ask_extract(
        world.database,
        by=asker,
        application=replace(APPLICATION, expires_on=NOW.date()),
        definition=replace(DEFINITION, years=(2025,)),
        now=NOW,
    )


def _add(world: World, kind: OrganisationKind, code: str, parent_id: int) -> int:
    return create_organisation(
        world.database, kind=kind, code=code, name=code, parent_id=parent_id, now=NOW
    )
