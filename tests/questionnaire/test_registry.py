"""Published editions cannot change, and can be found by id and by year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.registry import (
    EDITIONS,
    PUBLISHED_DIGESTS,
    NoEditionForYearError,
    UnknownEditionError,
    all_variables,
    digest,
    edition,
    edition_for_year,
)
from brukerplan.questionnaire.schema import Code, Questionnaire, Severity, Variable


def with_variable(edited: Variable) -> Questionnaire:
    """Edition 2026 with one of its variables edited."""
    sections = tuple(
        replace(
            section,
            variables=tuple(
                edited if variable.id == edited.id else variable for variable in section.variables
            ),
        )
        for section in EDITION_2026.sections
    )
    return replace(EDITION_2026, sections=sections)


def with_code(variable: Variable, edited: Code) -> Questionnaire:
    codes = tuple(edited if code.id == edited.id else code for code in variable.codes)
    return with_variable(replace(variable, codes=codes))


def test_published_editions_are_exactly_as_published() -> None:
    assert {known.edition: digest(known) for known in EDITIONS} == PUBLISHED_DIGESTS


HOUSING = EDITION_2026.variable("housing")
RULE = EDITION_2026.level_rule
EDITS = {
    "a help text": with_variable(replace(HOUSING, help=HOUSING.help + " ")),
    "a criterion": with_code(HOUSING, replace(HOUSING.code("red"), help="Noe annet.")),
    "a code's number": with_code(HOUSING, replace(HOUSING.code("red"), number=4)),
    "the order of codes": with_variable(replace(HOUSING, codes=HOUSING.codes[::-1])),
    "routing": with_variable(replace(EDITION_2026.variable("lar_follow_up"), show_if=None)),
    "a bound": with_variable(replace(EDITION_2026.variable("children_under_18"), maximum=21)),
    "a cut-point": replace(
        EDITION_2026,
        level_rule=replace(RULE, cut_points=(("green", 4), *RULE.cut_points[1:])),
    ),
    "a rule's severity": replace(
        EDITION_2026,
        rules=(replace(EDITION_2026.rules[0], severity=Severity.SOFT), *EDITION_2026.rules[1:]),
    ),
    "the lowest age": replace(EDITION_2026, minimum_age=18),
}


@pytest.mark.parametrize("edited", EDITS)
def test_any_edit_of_a_published_edition_is_noticed(edited: str) -> None:
    assert digest(EDITS[edited]) != PUBLISHED_DIGESTS["2026"]


def test_an_edition_written_anew_with_the_same_content_has_the_same_digest() -> None:
    anew = with_variable(replace(HOUSING, codes=tuple(replace(code) for code in HOUSING.codes)))
    assert anew is not EDITION_2026
    assert digest(anew) == PUBLISHED_DIGESTS["2026"]


def test_an_edition_of_anything_but_plain_data_has_no_digest() -> None:
    unplain = with_variable(replace(HOUSING, help=b"bytes"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="bytes"):
        digest(unplain)


def test_a_variable_that_an_edition_does_not_ask_is_not_found_in_it() -> None:
    with pytest.raises(KeyError, match=r"2015 does not ask 'partner'"):
        EDITION_2015.variable("partner")


def test_an_edition_is_found_by_its_id() -> None:
    assert edition("2015") is EDITION_2015
    assert edition("2026") is EDITION_2026


def test_an_unknown_edition_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(UnknownEditionError, match=r"2019.*2015, 2026"):
        edition("2019")


@pytest.mark.parametrize(
    ("year", "expected"), [(2015, "2015"), (2025, "2015"), (2026, "2026"), (2031, "2026")]
)
def test_each_year_has_its_edition(year: int, expected: str) -> None:
    assert edition_for_year(year).edition == expected


def test_a_year_before_the_first_edition_is_refused() -> None:
    with pytest.raises(NoEditionForYearError, match=r"2014.*2015"):
        edition_for_year(2014)


def test_every_variable_ever_asked_is_listed_once_as_the_newest_edition_has_it() -> None:
    listed = all_variables()
    assert [variable.id for variable in listed[:73]] == [
        variable.id for variable in EDITION_2026.variables
    ]
    everything = {variable.id for known in EDITIONS for variable in known.variables}
    assert {variable.id for variable in listed} == everything
    assert len(listed) == len(everything)
    by_id = {variable.id: variable for variable in listed}
    assert by_id["social_functioning"].label == "Sosial fungering"
