"""What years of different editions, rules and borders must share to be one history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brukerplan.geography import MunicipalityNoLongerExistsError
from brukerplan.questionnaire.levels import overall_level
from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Code, Questionnaire, Section, Variable
from brukerplan.statistics.harmonise import (
    HistoryError,
    LevelRulesDifferError,
    MeaningChangedError,
    OptionalQuestionError,
    UnknownTableError,
    harmonise,
)
from brukerplan.statistics.meaning import meaning
from brukerplan.statistics.tables import tables_for

from .histories import AFTER, BEFORE, YEAR_AROUND, across_the_merger, round_of

Q2015, Q2026 = EDITIONS
STRICTER = replace(
    Q2026.level_rule,
    id="stricter",
    cut_points=(("green", 0), ("yellow", 1), ("red", 2), ("blood_red", 16)),
)


def with_variable(q: Questionnaire, changed: Variable) -> Questionnaire:
    """The edition with one question changed under its old id."""
    sections = tuple(
        Section(
            section.id,
            section.title,
            tuple(changed if each.id == changed.id else each for each in section.variables),
            section.intro,
        )
        for section in q.sections
    )
    return replace(q, sections=sections)


def with_another_answer(variable_id: str) -> Questionnaire:
    variable = Q2026.variable(variable_id)
    codes = (*variable.codes[:-1], Code("something_else", 42, "Noe annet"), variable.codes[-1])
    return with_variable(Q2026, replace(variable, codes=codes))


def test_what_the_editions_share_is_asked_in_all_years_and_the_rest_from_2026() -> None:
    history = across_the_merger()
    assert history.asked("housing").years == (2018, 2019, 2020, 2025, 2026)
    assert history.asked("overall_level").years == history.years
    assert history.asked("service_gp").years == (2026,)


def test_every_table_of_the_published_editions_is_comparable_where_both_ask_it() -> None:
    history = across_the_merger()
    in_2015 = {spec.id for spec in tables_for(Q2015)}
    for spec in tables_for(Q2026):
        expected = history.years if spec.id in in_2015 else (2026,)
        assert history.asked(spec.id).years == expected, spec.id


def test_only_the_older_label_of_social_functioning_is_another_wording() -> None:
    history = across_the_merger()
    worded = {
        spec.id
        for spec in tables_for(Q2015)
        if len(set(history.asked(spec.id).wordings.values())) > 1
    }
    assert worded == {"social_functioning", "overall_level", "rop_group"}


def test_a_question_with_another_answer_under_its_old_id_is_refused() -> None:
    changed = with_another_answer("main_activity")
    history = harmonise([round_of(2025, AFTER), round_of(2026, AFTER, edition=changed)])
    with pytest.raises(MeaningChangedError, match=r"'main_activity' .* 2025 as in 2026"):
        history.asked("main_activity")
    assert history.asked("main_income").years == (2025, 2026)


def test_a_question_put_to_others_than_before_is_refused() -> None:
    everybody = with_variable(Q2026, replace(Q2026.variable("lar"), show_if=None))
    history = harmonise([round_of(2025, AFTER), round_of(2026, AFTER, edition=everybody)])
    with pytest.raises(MeaningChangedError, match="'lar'"):
        history.asked("lar")


def test_a_question_routed_by_one_whose_answers_changed_is_refused_too() -> None:
    changed = with_another_answer("lar")
    history = harmonise([round_of(2026, AFTER), round_of(2027, AFTER, edition=changed)])
    with pytest.raises(MeaningChangedError, match="lar_follow_up"):
        history.asked("lar_follow_up")


def test_a_level_made_of_an_area_whose_answers_changed_is_refused_too() -> None:
    changed = with_another_answer("economy")
    assert meaning(changed, "overall_level") != meaning(Q2026, "overall_level")
    assert meaning(changed, "age_group") == meaning(Q2026, "age_group")


def test_years_under_different_level_rules_are_refused_until_one_is_chosen() -> None:
    rounds = [
        round_of(2025, AFTER),
        round_of(2026, AFTER, edition=replace(Q2026, level_rule=STRICTER)),
    ]
    history = harmonise(rounds)
    for table in ("overall_level", "rop_group"):
        with pytest.raises(LevelRulesDifferError, match=r"2026: 'stricter'"):
            history.asked(table)
    assert history.asked("user_group").years == (2025, 2026)

    chosen = harmonise(rounds, level_rule=STRICTER)
    assert chosen.level_rule == STRICTER
    assert chosen.asked("overall_level").years == (2025, 2026)


def test_a_chosen_level_rule_gives_every_person_the_level_of_that_rule() -> None:
    before = round_of(2025, AFTER, number=80)
    history = harmonise([before], level_rule=STRICTER)
    derived = history.rounds[0].frame.column("overall_level")
    numbers = dict(history.asked("overall_level").spec.categories)
    for row, level in enumerate(derived):
        rated = {
            area: next(
                code.id
                for code in before.edition.variable(area).codes
                if code.number == before.frame.column(area)[row]
            )
            for area in STRICTER.areas
        }
        assert level == numbers[overall_level(STRICTER, rated).level]
    # What was given is as it was.
    assert (before.frame.column("overall_level") != derived).any()


def test_a_rule_of_an_area_that_a_year_did_not_ask_is_refused() -> None:
    wider = replace(STRICTER, areas=(*STRICTER.areas, "gambling_problem"))
    with pytest.raises(HistoryError, match="2025 does not ask gambling_problem"):
        harmonise([round_of(2025, AFTER)], level_rule=wider)


@pytest.mark.parametrize("table", ["district", "born_abroad", "birth_year", "first_year_known"])
def test_optional_questions_and_years_have_no_table_over_years(table: str) -> None:
    with pytest.raises(OptionalQuestionError, match=table):
        across_the_merger().asked(table)


def test_a_question_nobody_ever_asked_is_told_from_one_asked_in_other_years() -> None:
    history = harmonise([round_of(2025, AFTER)])
    with pytest.raises(UnknownTableError, match="no edition of 2025 has a table 'shoe_size'"):
        history.asked("shoe_size")
    with pytest.raises(UnknownTableError, match="service_gp"):
        history.asked("service_gp")


def test_a_code_of_another_year_is_refused() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError, match="1141"):
        harmonise([round_of(2020, (*AFTER, "1141"))])


def test_rounds_that_contradict_each_other_are_refused() -> None:
    found = round_of(2025, AFTER)
    with pytest.raises(HistoryError, match="needs a round"):
        harmonise([])
    with pytest.raises(HistoryError, match="2025 is given twice"):
        harmonise([found, found])
    with pytest.raises(HistoryError, match="of edition 2015, not 2026"):
        harmonise([replace(found, edition=edition("2026"))])
    with pytest.raises(HistoryError, match="before the newest round"):
        harmonise([found], as_of=2024)
    without = {code: YEAR_AROUND for code in AFTER if code != "1108"}
    with pytest.raises(HistoryError, match="persons of 1108, which did not take part"):
        harmonise([replace(found, took_part=without)])


def test_those_who_found_nobody_are_in_the_history_too() -> None:
    history = harmonise([round_of(2019, BEFORE, number=0)])
    assert history.cells == tuple((2019, code) for code in BEFORE)
