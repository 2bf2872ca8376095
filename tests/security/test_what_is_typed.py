"""Nothing that is typed becomes an identity, a text or a fault where it should not."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.actions.registering import NotCompleteError, submit_registration
from brukerplan.actions.start import CaseLabelError
from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import REGISTRATION
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, YEAR, World, build, complete

NUMBER = synthetic_number(date(1985, 3, 14), "female", 3)


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities and an open round."""
    return build(database)


@pytest.mark.parametrize("between", ["_", "x", " p ", "²", "/", " og ", "..", "()"])
def test_no_sign_between_the_digits_makes_a_number_a_case_label(world: World, between: str) -> None:
    with pytest.raises(CaseLabelError):
        world.start(label=f"{NUMBER[:6]}{between}{NUMBER[6:]}")


@pytest.mark.parametrize("label", ["2026/1234-5", "ABC 12", "S-0097", "K. N. 1985"])
def test_case_numbers_and_initials_are_case_labels(world: World, label: str) -> None:
    world.start(label=label)


@pytest.mark.parametrize("answers", [None, {}])
def test_what_is_confirmed_is_a_rule_and_never_a_text(
    world: World, answers: dict[str, str] | None
) -> None:
    started = world.start()
    texts = {
        NUMBER: "situation",
        "Kari Nordmann": "situation",
        "none_chosen": "Kari Nordmann",
        "missing_number": NUMBER,
    }

    with pytest.raises(NotCompleteError):
        submit_registration(
            world.database,
            by=world.works_in(world.unit),
            registration_id=started,
            version=1,
            page="",
            answers=answers,
            confirmed=texts,
            now=NOW,
        )

    assert stored(world, started) == set()


def test_a_confirmed_rule_that_asked_something_is_kept(world: World) -> None:
    started = world.start()
    answers = complete(edition_for_year(YEAR), substances=frozenset())

    submit_registration(
        world.database,
        by=world.works_in(world.unit),
        registration_id=started,
        version=1,
        page="",
        answers=answers,
        confirmed={"none_chosen": "situation", NUMBER: "situation"},
        now=NOW,
    )

    assert stored(world, started) == {"none_chosen:situation"}


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(
    database: Database,
) -> None:
    with pytest.raises(IntegrityError) as refused, database.begin() as session:
        session.execute(
            sa.text("INSERT INTO membership (user_id, role) VALUES (:who, :role)"),
            {"who": 1, "role": NUMBER},
        )

    assert "hide_parameters" in str(refused.value)


def stored(world: World, registration_id: uuid.UUID) -> set[str]:
    """The confirmed rules with their reasons, as they stand in the store."""
    column = REGISTRATION.c.confirmed_soft
    with world.database.read() as session:
        text = session.scalar(sa.select(column).where(REGISTRATION.c.id == registration_id))
    return set((text or "").split())
