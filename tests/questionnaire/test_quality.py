"""Checks across registrations, on fictive answers."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.quality import (
    Checked,
    QualityFinding,
    check_numbers,
    check_registrations,
    in_order,
    needed_before,
)
from brukerplan.questionnaire.quality_checks import CHECKS, Doubt, Reach
from brukerplan.questionnaire.schema import UNKNOWN
from brukerplan.translation import translator

AREAS = EDITION_2026.level_rule.areas
UNIT = 7
GREENS: dict[str, Value] = dict.fromkeys(AREAS, "green")
REDS: dict[str, Value] = dict.fromkeys(AREAS, "red")
# Nobody is like the next, and nobody is green.
VARIED: list[dict[str, Value]] = [
    {**dict.fromkeys(AREAS, "yellow"), AREAS[place % 8]: "red", AREAS[place // 8 % 8]: "red"}
    for place in range(16)
]


def person(
    answers: dict[str, Value] | None = None,
    *,
    before: dict[str, Value] | None = None,
    unit_id: int = UNIT,
) -> Checked:
    return Checked(uuid4(), unit_id, {**VARIED[0], **(answers or {})}, before)


def found(*registrations: Checked) -> tuple[QualityFinding, ...]:
    return in_order(
        check_registrations(
            EDITION_2026,
            registrations,
            previous_rule=EDITION_2015.level_rule,
            previous_year=2025,
        )
    )


def checks(*registrations: Checked) -> list[str]:
    return [finding.check for finding in found(*registrations)]


def numbers(now: dict[int, int], before: dict[int, int], *still: int) -> list[QualityFinding]:
    return list(check_numbers(now, before, open_units=frozenset(still), year=2025))


def test_a_unit_with_fewer_than_half_of_last_years_persons_is_asked() -> None:
    # The other unit keeps the municipality above half.
    met = numbers({1: 9, 2: 30}, {1: 20, 2: 30})

    assert [(each.check, each.unit_id) for each in met] == [("fewer_in_unit", 1)]
    assert met[0].values == {"now": 9, "before": 20, "year": 2025}
    assert numbers({1: 10, 2: 30}, {1: 20, 2: 30}) == [], "half is not fewer than half"


def test_a_municipality_with_fewer_than_half_of_last_years_persons_is_asked() -> None:
    # Neither unit had ten, the municipality had.
    met = numbers({1: 2, 2: 2}, {1: 9, 2: 9})

    assert [(each.check, each.unit_id) for each in met] == [("fewer_in_municipality", None)]
    assert numbers({1: 0}, {1: 9}) == [], "fewer than ten last year say nothing"


def test_a_unit_that_says_nothing_to_report_after_ten_persons_is_asked() -> None:
    assert [each.check for each in numbers({1: 0}, {1: 10})] == [
        "fewer_in_municipality",
        "fewer_in_unit",
    ]


def test_numbers_are_not_compared_while_a_unit_is_still_mapping() -> None:
    assert numbers({1: 1, 2: 1}, {1: 20, 2: 20}, 1, 2) == []
    met = numbers({1: 1, 2: 1}, {1: 20, 2: 20}, 1)
    assert [(each.check, each.unit_id) for each in met] == [("fewer_in_unit", 2)]


def test_a_unit_that_took_no_part_last_year_is_not_compared() -> None:
    assert numbers({1: 1}, {}) == []


def test_five_registrations_with_only_greens_are_asked_about() -> None:
    greens = [person(GREENS | {AREAS[place]: "yellow"}) for place in range(5)]

    (met,) = found(*greens)
    assert met.check == "only_greens"
    assert met.unit_id == UNIT
    assert set(met.concerns) == {each.id for each in greens}
    assert checks(*greens[:4]) == [], "four are too few"
    assert checks(*greens, person(REDS)) == [], "one is not green"
    assert checks(*greens[:4], person(GREENS, unit_id=8)) == [], "another unit is another unit"


def test_five_with_the_same_ratings_are_asked_about_when_they_are_half_the_unit() -> None:
    alike = [person(VARIED[3]) for _ in range(5)]
    others = [person(rating) for rating in VARIED[4:9]]

    (met,) = found(*alike, *others)
    assert met.check == "all_alike"
    assert met.values == {"alike": 5, "number": 10}
    assert set(met.concerns) == {each.id for each in alike}
    assert checks(*alike[:4]) == [], "four are too few"
    assert checks(*alike, *others, person(VARIED[10])) == [], "five of eleven can be chance"


def test_a_registration_is_asked_about_when_more_than_half_is_unknown() -> None:
    ratings: dict[str, Value] = dict.fromkeys(AREAS[:5], UNKNOWN)

    assert checks(person(ratings)) == ["much_unknown"]
    half: dict[str, Value] = dict.fromkeys(AREAS[:4], UNKNOWN)
    assert checks(person(half)) == [], "half is not more than half"
    assert checks(person(ratings | {"gender": "male", "lar": "in_lar"})) == []


def test_services_that_nobody_has_touched_do_not_hide_what_is_unknown() -> None:
    services: dict[str, Value] = {
        variable.id: variable.default
        for variable in EDITION_2026.variables
        if variable.default is not None
    }
    assert len(services) > 20

    assert checks(person({**dict.fromkeys(AREAS[:5], UNKNOWN), **services})) == ["much_unknown"]


@pytest.mark.parametrize(
    ("before", "now", "check"),
    [
        ({"birth_year": 1980}, {"birth_year": 1990}, "birth_year_changed"),
        ({"gender": "female"}, {"gender": "male"}, "gender_changed"),
        ({"born_abroad": "no"}, {"born_abroad": "yes"}, "born_abroad_changed"),
        (
            {"intellectual_disability": "yes"},
            {"intellectual_disability": "no"},
            "disability_gone",
        ),
        ({"injecting": "earlier"}, {"injecting": "never"}, "injecting_forgotten"),
        ({"injecting": "last_4_weeks"}, {"injecting": "never"}, "injecting_forgotten"),
        ({"first_year_known": 2010}, {"first_year_known": 2020}, "known_later"),
        (REDS, GREENS, "level_leap"),
        (GREENS, REDS, "level_leap"),
    ],
)
def test_what_cannot_be_or_seldom_is_against_last_year_is_asked_about(
    before: dict[str, Value], now: dict[str, Value], check: str
) -> None:
    (met,) = found(person(now, before={**VARIED[0], **before}))

    assert met.check == check
    assert met.values == {"year": 2025}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"birth_year": 1980}, {"birth_year": 1980}),
        ({"birth_year": 1980}, {}),
        ({}, {"birth_year": 1980}),
        ({"gender": UNKNOWN}, {"gender": "male"}),
        ({"gender": "male"}, {"gender": UNKNOWN}),
        ({"intellectual_disability": "no"}, {"intellectual_disability": "yes"}),
        ({"injecting": "never"}, {"injecting": "last_4_weeks"}),
        ({"injecting": "last_4_weeks"}, {"injecting": "earlier"}),
        ({"injecting": UNKNOWN}, {"injecting": "never"}),
        ({"first_year_known": 2020}, {"first_year_known": 2010}),
        ({"lar": "in_lar"}, {"lar": "not_in_lar"}),
        (REDS, dict.fromkeys(AREAS, "yellow")),
        (GREENS, {**GREENS, AREAS[0]: UNKNOWN, AREAS[1]: "red", AREAS[2]: "red"}),
    ],
)
def test_what_happens_to_people_is_not_asked_about(
    before: dict[str, Value], now: dict[str, Value]
) -> None:
    assert checks(person(now, before={**VARIED[0], **before})) == []


def test_without_answers_from_before_nothing_is_a_jump() -> None:
    assert checks(person({"birth_year": 1990, "injecting": "never"})) == []


def test_the_variables_asked_for_of_the_year_before_are_enough() -> None:
    before: dict[str, Value] = {
        **REDS,
        "birth_year": 1980,
        "gender": "female",
        "born_abroad": "no",
        "intellectual_disability": "yes",
        "injecting": "earlier",
        "first_year_known": 2001,
    }

    assert before.keys() == needed_before(EDITION_2015.level_rule)


def test_a_finding_says_what_is_odd_and_never_what_was_answered() -> None:
    finding = QualityFinding("injecting_forgotten", Doubt.IMPOSSIBLE, values={"year": 2025})

    assert finding.text(translator("nb")) == (
        "Svaret om injisering kan ikke stemme sammen med svaret i 2025."
    )
    assert "1980" not in repr(person({"birth_year": 1980}))


def test_every_check_says_what_to_do_and_every_threshold_why() -> None:
    for check_id, check in CHECKS.items():
        assert check.id == check_id
        assert check.name, check_id
        assert check.sentence, check_id
        assert check.to_do, check_id
        assert all(threshold.reason for threshold in check.thresholds), check_id
        asked = {variable.id for variable in EDITION_2026.variables}
        assert check.variable is None or check.variable in asked
        if check.reach is not Reach.REGISTRATION:
            assert check.thresholds, check_id


def test_findings_come_by_unit_the_municipality_first() -> None:
    one = UUID(int=1)
    mixed = [
        QualityFinding("much_unknown", Doubt.UNLIKELY, 9, one),
        QualityFinding("only_greens", Doubt.UNLIKELY, 9),
        QualityFinding("much_unknown", Doubt.UNLIKELY, 2, one),
        QualityFinding("fewer_in_municipality", Doubt.UNLIKELY),
    ]

    assert [(each.check, each.unit_id) for each in in_order(mixed)] == [
        ("fewer_in_municipality", None),
        ("much_unknown", 2),
        ("only_greens", 9),
        ("much_unknown", 9),
    ]
