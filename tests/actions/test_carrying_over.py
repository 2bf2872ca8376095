"""A known person: last year's answers are carried over, and nobody stands by them yet."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.carrying_over import carried_over, sections_with
from brukerplan.actions.history import registration_history
from brukerplan.actions.keys import Keys
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.reading import (
    list_not_started,
    list_registrations,
    open_registration,
    previous_answers,
)
from brukerplan.actions.registering import (
    NotCompleteError,
    SavedDraft,
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.actions.start import CaseLabelError
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.national_number import NationalNumber, parse, synthetic_number
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables import (
    Organisation,
    Registration,
    RoundMunicipality,
    RoundOptionalVariable,
)
from brukerplan.questionnaire.answers import Value, applicable
from brukerplan.questionnaire.registry import edition
from tests.actions.earlier import begin, in_year, register
from tests.actions.world import NOW, World, complete, person

OLD, NEW = edition("2015"), edition("2026")
CONFIRMED = {"missing_number": "not_sure", "none_chosen": "not_sure"}


@pytest.fixture
def earlier(world: World) -> World:
    """The same people in last year's round, which is filled in by the edition of 2015."""
    return in_year(world, 2025)


def view(world: World, registration_id: uuid.UUID) -> RegistrationView:
    return open_registration(
        world.database, by=world.registrar, registration_id=registration_id, now=NOW
    )


def save(world: World, registration_id: uuid.UUID, *accepted: str, **answers: Value) -> SavedDraft:
    found = view(world, registration_id)
    return save_draft(
        world.database,
        by=world.registrar,
        registration_id=registration_id,
        version=found.version,
        page="",
        answers={**found.answers, **answers},
        accepted=frozenset(accepted),
        now=NOW,
    )


def test_last_years_answers_are_carried_over_where_this_edition_asks_them(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, {"housing": "red", "substances": frozenset({"ghb"})}, label="S-3")
    started = begin(world, 2026, 3)
    found = view(world, started.id)
    assert (started.carried_from, found.carried_from) == (2025, 2025)
    assert found.case_label == "S-3"
    assert found.answers["housing"] == "red"
    assert found.answers["substances"] == frozenset({"ghb"})
    asked_then = {variable.id for variable in OLD.variables}
    assert found.answers.keys() <= asked_then
    assert "lar_follow_up" not in found.answers


def test_the_number_is_newer_than_last_years_answer(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, {"birth_year": 1950, "gender": "other"}, label="S-3")
    found = view(world, begin(world, 2026, 3).id)
    assert (found.answers["birth_year"], found.answers["gender"]) == (1963, "female")


def test_gender_is_carried_over_where_the_number_does_not_tell_it(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, {"gender": "other"}, label="S-3")
    told = person(3)
    silent = NationalNumber(
        told._digits.decode(),
        birth_date=told.birth_date,
        gender=None,
        synthetic=True,
        d_number=False,
    )
    found = view(world, begin(world, 2026, 3, number=silent).id)
    assert (found.answers["birth_year"], found.answers["gender"]) == (1963, "other")


def test_every_section_with_a_carried_answer_waits_to_be_accepted(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, {"substance_problem": "none"}, label="S-3")
    found = view(world, begin(world, 2026, 3).id)
    # Nothing is asked about substances, so nothing is carried over there.
    assert found.unconfirmed == {
        "background",
        "function",
        "living",
        "children_violence",
        "services",
        "plans",
    }


def test_a_section_is_accepted_once_and_stays_accepted(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, label="S-3")
    started = begin(world, 2026, 3).id
    waiting = view(world, started).unconfirmed
    saved = save(world, started, "function")
    assert saved.unconfirmed == view(world, started).unconfirmed == waiting - {"function"}
    # An answer changed is not a section accepted.
    assert save(world, started, housing="red").unconfirmed == waiting - {"function"}
    assert save(world, started, "function", "no_such_section").version == saved.version + 1


def test_submitting_asks_for_each_section_that_nobody_has_accepted(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, label="S-3")
    started = begin(world, 2026, 3).id
    found = view(world, started)
    answers = complete(NEW, **found.answers)
    with pytest.raises(NotCompleteError) as refused:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=1,
            page="",
            answers=answers,
            accepted=frozenset({"function", "services"}),
            confirmed=CONFIRMED,
            now=NOW,
        )
    waiting = found.unconfirmed - {"function", "services"}
    first = {
        section.id: next(v.id for v in section.variables if v.id in applicable(NEW, answers))
        for section in NEW.sections
    }
    assert {(each.variable, each.rule) for each in refused.value.findings} == {
        (first[section_id], "unconfirmed") for section_id in waiting
    }
    assert refused.value.unconfirmed == waiting
    submitted = submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=refused.value.version,
        page="",
        accepted=waiting,
        now=NOW,
    )
    done = view(world, started)
    assert (done.state, done.version, done.unconfirmed) == (
        "submitted",
        submitted.version,
        frozenset(),
    )


def test_a_section_that_no_longer_applies_need_not_be_accepted(
    world: World, earlier: World
) -> None:
    # In the edition of 2015 nothing in the section is asked without a substance problem.
    register(in_year(world, 2024), 2024, 3, label="S-3")
    started = begin(earlier, 2025, 3).id
    waiting = view(world, started).unconfirmed
    assert "substances" in waiting
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        page="",
        answers=complete(OLD, substance_problem="none"),
        accepted=waiting - {"substances"},
        now=NOW,
    )
    assert view(world, started).unconfirmed == frozenset()


def test_what_is_carried_over_stands_in_the_history_as_that(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, {"housing": "red"}, label="S-3")
    started = begin(world, 2026, 3).id
    lines = registration_history(
        world.database, by=world.registrar, registration_id=started, now=NOW
    )
    sources = {line.variable: (line.source, line.before, line.after) for line in lines}
    assert sources["housing"] == ("carried_over", None, "red")
    assert sources["birth_year"] == ("number", None, 1963)
    changed = {name: after for name, (_, _, after) in sources.items() if name is not None}
    assert changed == view(world, started).answers


def test_another_units_answers_are_never_carried_over(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, label="S-3", unit_id=earlier.other_unit)
    started = begin(world, 2026, 3, label="S-9")
    assert started.carried_from is None
    assert view(world, started.id).answers.keys() == {"birth_year", "gender"}


def test_a_draft_of_last_year_is_not_carried_over(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, label="S-3", draft=True)
    register(earlier, 2025, 4, label="S-4")
    with pytest.raises(CaseLabelError):
        begin(world, 2026, 3)
    assert begin(world, 2026, 3, label="S-3").carried_from is None


def test_the_round_before_is_the_last_one_the_unit_mapped_in(world: World) -> None:
    long_ago = in_year(world, 2023)
    register(long_ago, 2023, 3, {"housing": "red"}, label="S-3")
    register(long_ago, 2023, 4, {"housing": "red"}, label="S-4")
    skipped = in_year(world, 2025)
    register(skipped, 2025, 900, label="S-9", unit_id=skipped.other_unit)
    assert begin(world, 2026, 3).carried_from == 2023
    register(skipped, 2025, 5, label="S-5")
    # Two years ago is no «last year» once the unit has mapped after it.
    assert begin(world, 2026, 4, label="S-4").carried_from is None


def test_an_optional_question_is_carried_over_only_where_it_is_asked(world: World) -> None:
    earlier: dict[str, Value] = {"born_abroad": "yes", "housing": "red"}
    for optional, carried in ((frozenset(), {"housing"}), (frozenset({"born_abroad"}), {*earlier})):
        assert carried_over(NEW, earlier, proposed={}, optional=optional).keys() == carried


def test_codes_and_numbers_that_are_no_answer_now_are_not_carried_over() -> None:
    odd: dict[str, Value] = {
        "housing": "purple",
        "substance_problem": "serious",
        "substances": frozenset({"alcohol", "tea"}),
        "main_substance": "alcohol",
        "children_under_18": 10_000,
        "shoe_size": 43,
    }
    kept = carried_over(NEW, odd, proposed={}, optional=frozenset())
    assert kept == {"substance_problem": "serious", "main_substance": "alcohol"}
    assert sections_with(NEW, kept) == {"background", "substances"}


def test_last_years_answers_are_shown_beside_and_reading_them_is_logged(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, label="S-3", answers=dict.fromkeys(OLD.level_rule.areas, "red"))
    started = begin(world, 2026, 3, label="S-33").id
    save(world, started, housing="green")
    previous = previous_answers(
        world.database, by=world.registrar, registration_id=started, now=NOW
    )
    assert previous is not None
    assert (previous.year, previous.case_label, previous.level) == (2025, "S-3", "blood_red")
    assert previous.answers["housing"] == "red"
    for actor in (world.colleague, world.stranger, world.coordinator):
        with pytest.raises(NotAllowedError):
            previous_answers(world.database, by=actor, registration_id=started, now=NOW)


def test_nothing_is_shown_beside_a_new_person(world: World, earlier: World) -> None:
    register(earlier, 2025, 4, label="S-4")
    started = begin(world, 2026, 3, label="S-3").id
    assert (
        previous_answers(world.database, by=world.registrar, registration_id=started, now=NOW)
        is None
    )


def test_the_list_tells_last_years_level_and_who_is_left(world: World, earlier: World) -> None:
    areas = OLD.level_rule.areas
    register(earlier, 2025, 3, label="S-3", answers=dict.fromkeys(areas, "red"))
    register(earlier, 2025, 4, label="S-4", answers=dict.fromkeys(areas, "green"))
    register(earlier, 2025, 5, label="S-5", draft=True)
    register(earlier, 2025, 6, label="S-6", unit_id=earlier.other_unit)
    begin(world, 2026, 3)
    begin(world, 2026, 7, label="S-7")

    def lines() -> dict[str, tuple[str | None, int]]:
        found = list_registrations(
            world.database,
            by=world.registrar,
            unit_id=world.unit,
            round_id=world.round_id,
            now=NOW,
        )
        return {line.case_label: (line.last_level, line.unconfirmed) for line in found}

    def left() -> list[tuple[str, int, str]]:
        found = list_not_started(
            world.database,
            by=world.registrar,
            unit_id=world.unit,
            round_id=world.round_id,
            now=NOW,
        )
        return [(line.case_label, line.year, line.level) for line in found]

    assert lines() == {"S-3": ("blood_red", 7), "S-7": (None, 0)}
    assert left() == [("S-4", 2025, "green")]
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(4),
        now=NOW,
    )
    assert left() == []


def test_only_the_units_own_people_see_who_is_left(world: World) -> None:
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        with pytest.raises(NotAllowedError):
            list_not_started(
                world.database,
                by=actor,
                unit_id=world.unit,
                round_id=world.round_id,
                now=NOW,
            )


def test_a_person_is_known_again_after_a_restart(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, label="S-3")
    restarted = replace(world, keys=Keys(world.database, MasterKey(b"m" * 32)))
    assert begin(restarted, 2026, 3).carried_from == 2025


def test_a_registration_taken_back_asks_for_no_section_again(world: World, earlier: World) -> None:
    register(earlier, 2025, 3, label="S-3")
    this_year = register(world, 2026, 3, label="S-3")
    reopen_registration(
        world.database, by=world.registrar, registration_id=this_year, version=2, now=NOW
    )
    assert view(world, this_year).unconfirmed == frozenset()


def test_the_letter_is_in_last_years_language_or_the_municipalitys(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, label="S-3")
    with world.database.begin() as session:
        session.execute(sa.update(Registration).values(letter_language="en"))
        session.execute(
            sa.update(Organisation)
            .where(Organisation.id == world.municipalities["1103"])
            .values(language="nn")
        )
    assert view(world, begin(world, 2026, 3).id).letter_language == "en"
    assert view(world, begin(world, 2026, 4, label="S-4").id).letter_language == "nn"


def test_the_optional_questions_of_the_year_are_known_with_the_registration(world: World) -> None:
    with world.database.begin() as session:
        for variable in ("born_abroad", "district"):
            session.execute(
                sa.insert(RoundOptionalVariable).values(
                    round_id=world.round_id,
                    municipality_id=world.municipalities["1103"],
                    variable=variable,
                )
            )
    assert view(world, world.start()).optional == {"born_abroad", "district"}


def test_nobody_is_followed_where_the_municipality_maps_anonymously(
    world: World, earlier: World
) -> None:
    register(earlier, 2025, 3, label="S-3")
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(
                RoundMunicipality.round_id == world.round_id,
                RoundMunicipality.municipality_id == world.municipalities["1103"],
            )
            .values(identity_mode="anonymous")
        )
    text = synthetic_number(date(1963, 1, 1), "female", 0)
    given = parse(text, today=date(2026, 12, 1), allow_synthetic=True)
    started = begin(world, 2026, 3, number=given, label="S-3")
    assert started.carried_from is None
    assert (
        previous_answers(world.database, by=world.registrar, registration_id=started.id, now=NOW)
        is None
    )
