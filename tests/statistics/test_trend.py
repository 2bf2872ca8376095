"""Questions over years, for any area and group."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.areas import (
    Area,
    municipality_area,
    nation_area,
    trust_area,
)
from brukerplan.statistics.groups import (
    BREAKDOWNS,
    GENDER,
    LAR,
    Answer,
    Breakdown,
    Group,
    OverlappingGroupsError,
)
from brukerplan.statistics.harmonise import History, NotComparableError, harmonise
from brukerplan.statistics.refusals import MINIMUM_BASE, BaseTooSmallError
from brukerplan.statistics.tables import TableSpec, tables_for
from brukerplan.statistics.trend import (
    Gap,
    GapError,
    Mark,
    NeverTheSameError,
    Point,
    count_years,
    same_every_year,
)

from .histories import (
    AFTER,
    BECAME,
    BEFORE,
    ON_THE_DAY,
    YEAR_AROUND,
    across_the_merger,
    moved_to,
    round_of,
    rows_of,
    shuffled,
)

TODAY = 2026
RECEIVED = (3, 4)
# Who is in each group, said once more without the program's own codes.
IN_GROUP: dict[tuple[str, str], Callable[[pd.DataFrame], pd.Series[bool]]] = {
    ("all", "all"): lambda rows: rows["year"] > 0,
    ("female", "gender"): lambda rows: rows["gender"] == 1,
    ("male", "gender"): lambda rows: rows["gender"] == 2,
    ("other", "gender"): lambda rows: rows["gender"] == 3,
    ("unknown", "gender"): lambda rows: rows["gender"] == 99,
    ("16_17", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(16, 17),
    ("18_25", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(18, 25),
    ("26_35", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(26, 35),
    ("36_45", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(36, 45),
    ("46_55", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(46, 55),
    ("56_65", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(56, 65),
    ("66_plus", "age_group"): lambda rows: (rows["year"] - rows["birth_year"]).between(66, 200),
    ("substance_only", "user_group"): lambda rows: (
        (rows["substance_problem"] > 0) & (rows["mental_problem"] == 0)
    ),
    ("substance_and_mental", "user_group"): lambda rows: (
        (rows["substance_problem"] > 0) & (rows["mental_problem"] > 0)
    ),
    ("mental_only", "user_group"): lambda rows: (
        (rows["substance_problem"] == 0) & (rows["mental_problem"] > 0)
    ),
    ("rop", "rop"): lambda rows: (rows["substance_problem"] == 2) & (rows["mental_problem"] == 2),
    ("lar", "lar"): lambda rows: rows["lar"] == 1,
    ("with_children", "with_children"): lambda rows: (
        (rows["daily_care"] == 1) | (rows["contact"] == 1)
    ),
    ("receives_tsb", "receives_tsb"): lambda rows: (
        rows["service_tsb_outpatient"].isin(RECEIVED) | rows["service_tsb_inpatient"].isin(RECEIVED)
    ),
}
STAVANGER = municipality_area("1103", TODAY)
SEEDS = st.integers(0, 2**16)


def missing_somewhere(seed: int = 1) -> History:
    """Three years, in each of which somebody else did not take part."""
    return harmonise(
        [
            round_of(2019, ("1103", "1141", "1101"), seed=seed),
            round_of(2020, ("1103", "1108"), seed=seed + 1),
            round_of(2025, AFTER, seed=seed + 2),
        ]
    )


def test_a_series_crosses_a_merger_by_summing_what_became_one() -> None:
    history = across_the_merger()
    series = count_years(history, "gender").series(STAVANGER)
    rows = rows_of(history)
    for year, codes in ((2019, {"1103", "1141", "1142"}), (2020, {"1103"})):
        lived_there = (rows["year"] == year) & rows["municipality"].isin(codes)
        assert series.point(year).base == int(lived_there.sum())
        assert set(series.point(year).took_part) == codes
    assert series.stopped_at is None


def test_a_series_crosses_a_renumbering() -> None:
    sandnes = count_years(across_the_merger(), "gender").series(municipality_area("1108", TODAY))
    assert sandnes.point(2019).took_part == ("1102", "1129")
    assert sandnes.point(2020).took_part == ("1108",)


def test_a_series_stops_visibly_at_a_split() -> None:
    # Ålesund 1507 was divided in 1508 and 1580 in 2024.
    before, after = ("1507", "1101"), ("1508", "1580", "1101")
    history = harmonise(
        [round_of(year, before) for year in (2021, 2022, 2023)]
        + [round_of(year, after) for year in (2024, 2025)]
    )
    counted = count_years(history, "gender")
    aalesund = counted.series(municipality_area("1508", 2025))
    assert [point.year for point in aalesund.points] == [2024, 2025]
    assert aalesund.stopped_at == 2023
    with pytest.raises(KeyError, match="2022"):
        aalesund.point(2022)
    # The trust has both halves, and goes on.
    trust = counted.series(trust_area("more-og-romsdal", 2025))
    assert trust.stopped_at is None
    assert trust.point(2023).took_part == ("1507",)
    assert trust.point(2024).took_part == ("1508", "1580")


def test_a_trust_stops_where_a_split_moved_land_across_its_border() -> None:
    # Tysfjord went to Narvik, in one catchment, and Hamarøy, in another, in 2020.
    history = harmonise([round_of(2019, ("1850",)), round_of(2020, ("1806", "1875"))])
    counted = count_years(history, "gender")
    assert counted.series(trust_area("nordland", 2020)).stopped_at == 2019
    assert counted.series(nation_area(2020)).stopped_at is None


def test_why_a_year_has_no_counts_is_told() -> None:
    history = harmonise(
        [round_of(2019, BEFORE), round_of(2025, AFTER), round_of(2026, ("1101", "1108"))]
    )
    series = count_years(history, "service_gp").series(STAVANGER)
    gaps = {point.year: point.gap for point in series.points}
    assert gaps == {
        2019: Gap.NOT_ASKED,
        **dict.fromkeys(range(2020, 2025), Gap.NO_ROUND),
        2025: Gap.NOT_ASKED,
        2026: Gap.DID_NOT_TAKE_PART,
    }
    for point in series.points:
        assert (point.base, dict(point.counts), point.marks) == (None, {}, frozenset())
        with pytest.raises(GapError, match=f"{point.year} has no counts"):
            point.share("no_need")


def test_a_group_told_by_a_question_that_was_not_asked_is_a_gap_too() -> None:
    history = harmonise([round_of(2025, AFTER), round_of(2026, AFTER)])
    counted = count_years(history, "gender", LAR)
    assert counted.years == {2025, 2026}
    follow_up = count_years(history, "lar_follow_up", LAR)
    assert follow_up.series(STAVANGER).point(2025).gap is Gap.NOT_ASKED


def test_a_year_in_which_a_part_of_the_area_took_part_names_the_absent_and_is_marked() -> None:
    point = count_years(missing_somewhere(), "gender").series(STAVANGER).point(2019)
    assert (point.took_part, point.absent) == (("1103", "1141"), ("1142",))
    assert Mark.PART_OF_AREA in point.marks


def test_a_trend_of_all_tells_how_many_took_part_each_year_and_one_of_the_same_does_not_change(
) -> None:  # fmt: skip
    history = missing_somewhere()
    rogaland = Area("made_up", "three", 2025, frozenset(AFTER))
    counted = count_years(history, "overall_level")
    years = (2019, 2020, 2025)
    every = counted.series(rogaland, years=years)
    assert [len(point.took_part) for point in every.points] == [3, 2, 3]
    # Rennesøy was not in it in 2019, so Stavanger of today was not.
    with pytest.raises(NeverTheSameError, match="each of 2019, 2020, 2025"):
        same_every_year(history, rogaland)
    same = same_every_year(history, rogaland, (2020, 2025))
    assert same.members == {"1103", "1108"}
    assert [len(point.took_part) for point in counted.series(same, years=(2020, 2025)).points] == [
        2,
        2,
    ]


@given(seed=SEEDS, table=st.sampled_from(["overall_level", "lar", "main_income"]))
@settings(max_examples=10, deadline=None)
def test_those_who_took_part_every_year_are_among_all(seed: int, table: str) -> None:
    history = missing_somewhere(seed)
    nation = nation_area(2025)
    years = (2020, 2025)
    same = same_every_year(history, nation, years)
    assert same.members < nation.members
    counted = count_years(history, table)
    for all_of_them, these in zip(
        counted.series(nation, years=years).points,
        counted.series(same, years=years).points,
        strict=True,
    ):
        assert set(these.took_part) <= set(all_of_them.took_part)
        assert not these.absent
        for category, number in these.counts.items():
            assert number <= all_of_them.counts[category]


def test_a_municipality_made_by_a_split_is_not_the_same_every_year() -> None:
    history = harmonise(
        [round_of(2023, ("1507", "1101")), round_of(2024, ("1508", "1580", "1101"))]
    )
    assert same_every_year(history, nation_area(2024)).members == {"1101"}


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_order_of_persons_changes_nothing(seed: int) -> None:
    history = across_the_merger(seed)
    again = harmonise(shuffled(found, seed) for found in reversed(history.rounds))
    assert again.cells == history.cells
    for table, breakdown in (("overall_level", GENDER), ("substances__ghb", LAR)):
        before, after = (count_years(each, table, breakdown) for each in (history, again))
        assert np.array_equal(before.counts, after.counts)


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_a_merger_conserves_every_total(seed: int) -> None:
    before = round_of(2019, BEFORE, seed=seed)
    history = harmonise([before, moved_to(before, 2020, BECAME)])
    stavanger = trust_area("stavanger", 2020)
    for table in ("overall_level", "age_group", "service_tsb_outpatient"):
        for breakdown in BREAKDOWNS:
            counted = count_years(history, table, breakdown)
            for group in breakdown.groups:
                for area in (stavanger, *stavanger.only(AFTER).each()):
                    then, now = counted.series(area, group.id).points
                    assert then.counts == now.counts


@given(
    seed=SEEDS,
    unanswered=st.sampled_from([0.0, 0.3]),
    spec=st.sampled_from(tables_for(edition("2026"))),
)
@settings(max_examples=25, deadline=None)
def test_counts_equal_an_independent_recount(seed: int, unanswered: float, spec: TableSpec) -> None:
    history = harmonise(
        [
            round_of(2019, BEFORE, seed=seed, number=90, unanswered=unanswered),
            round_of(2026, AFTER, seed=seed, number=90, unanswered=unanswered),
        ]
    )
    rows = rows_of(history)
    rows["area"] = rows["municipality"].map(BECAME).fillna(rows["municipality"])
    values = rows[spec.column] if spec.top is None else rows[spec.column].clip(upper=spec.top)
    rows["answer"] = values.astype(int).map({number: id_ for id_, number in spec.categories})
    for breakdown in BREAKDOWNS:
        counted = count_years(history, spec.id, breakdown)
        for group in breakdown.groups:
            inside = rows[IN_GROUP[group.id, breakdown.id](rows)]
            by_hand = inside.groupby(["area", "year", "answer"]).size().to_dict()
            by_year = {
                (area, point.year, answer): number
                for area in AFTER
                for point in counted.series(municipality_area(area, TODAY), group.id).points
                for answer, number in point.counts.items()
                if number
            }
            assert by_year == by_hand


def test_groups_of_a_breakdown_divide_and_never_overlap() -> None:
    history = across_the_merger()
    for breakdown in BREAKDOWNS:
        parts = count_years(history, "user_group", breakdown).counts.sum()
        everybody = count_years(history, "user_group").counts.sum()
        assert parts <= everybody
        if breakdown.id in ("gender", "age_group", "user_group", "all"):
            assert parts == everybody


def test_groups_that_would_count_somebody_twice_are_refused() -> None:
    women = Group("women", ((Answer("gender", ("female",)),),))
    grown = Group("grown", ((Answer("age_group", ("26_35", "36_45", "46_55", "56_65")),),))
    with pytest.raises(OverlappingGroupsError, match="'mine' has persons in two"):
        count_years(across_the_merger(), "lar", Breakdown("mine", (women, grown)))


def test_a_group_the_breakdown_has_not_is_refused() -> None:
    with pytest.raises(KeyError, match="'gender' has no group 'rop'"):
        count_years(across_the_merger(), "lar", GENDER).series(STAVANGER, "rop")


@given(count=st.integers(0, 3000), base=st.integers(MINIMUM_BASE, 3000), places=st.integers(0, 2))
def test_shares_are_rounded_half_up(count: int, base: int, places: int) -> None:
    count = min(count, base)
    made = Point(TODAY, {"female": count}, base, (), (), None)
    exact = Decimal(count) * 100 / Decimal(base)
    unit = Decimal(1).scaleb(-places)
    assert made.share("female", places) == exact.quantize(unit, rounding=ROUND_HALF_UP)


def test_a_share_of_few_is_refused_and_one_of_enough_is_not() -> None:
    counted = count_years(harmonise([round_of(2025, AFTER, number=19)]), "gender")
    with pytest.raises(BaseTooSmallError, match="regne på: 19"):
        counted.series(nation_area(2025)).point(2025).share("female")
    counted = count_years(harmonise([round_of(2025, AFTER, number=20)]), "gender")
    assert counted.series(nation_area(2025)).point(2025).share("female") >= 0


def test_years_on_other_terms_than_the_newest_are_marked_and_the_others_are_not() -> None:
    history = harmonise(
        [
            round_of(2019, BEFORE, terms=dict.fromkeys(BEFORE, ON_THE_DAY)),
            round_of(2020, AFTER),
            round_of(2025, AFTER, terms={**dict.fromkeys(AFTER, YEAR_AROUND), "1108": ON_THE_DAY}),
        ]
    )
    counted = count_years(history, "gender")

    def marked(code: str) -> dict[int, bool]:
        points = counted.series(municipality_area(code, 2025)).points
        return {point.year: Mark.INCLUSION_RULE in point.marks for point in points if not point.gap}

    assert marked("1103") == {2019: True, 2020: False, 2025: False}
    assert marked("1108") == {2019: False, 2020: True, 2025: False}
    # Where the newest year itself is mixed, no year is free of it.
    both = counted.series(trust_area("stavanger", 2025))
    assert all(Mark.INCLUSION_RULE in point.marks for point in both.points if not point.gap)


@pytest.mark.parametrize(
    ("terms", "mark"),
    [
        (type(YEAR_AROUND)("last_12_months", False, True), Mark.MENTAL_ONLY),
        (type(YEAR_AROUND)("last_12_months", True, False), Mark.MILDER),
    ],
)
def test_whether_milder_and_mental_only_were_included_is_marked(terms: object, mark: Mark) -> None:
    assert isinstance(terms, type(YEAR_AROUND))
    history = harmonise(
        [round_of(2020, ("1103",), terms={"1103": terms}), round_of(2025, ("1103",))]
    )
    point = count_years(history, "gender").series(municipality_area("1103", 2025)).point(2020)
    assert point.marks == {mark}


def test_another_wording_is_marked_on_that_question_alone() -> None:
    history = harmonise([round_of(2025, AFTER), round_of(2026, AFTER)])
    social = count_years(history, "social_functioning").series(STAVANGER)
    assert social.point(2025).marks == {Mark.WORDING}
    assert count_years(history, "economy").series(STAVANGER).point(2025).marks == frozenset()


def test_counts_cannot_be_changed_afterwards() -> None:
    counted = count_years(across_the_merger(number=20), "gender")
    with pytest.raises(ValueError, match="read-only"):
        counted.counts[0, 0, 0] = 7


def test_what_is_not_comparable_is_refused_when_it_is_counted() -> None:
    with pytest.raises(NotComparableError, match="district"):
        count_years(across_the_merger(number=20), "district")
