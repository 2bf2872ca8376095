"""What an area's description says, against counting by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.areas import (
    UnknownSizeError,
    compared_with,
    municipality_area,
    nation_area,
    region_area,
    similar_area,
    trust_area,
)
from brukerplan.statistics.describe import count
from brukerplan.statistics.description import describe, individual_plan, service_needs
from brukerplan.statistics.groups import BREAKDOWNS, GENDER, ROP
from brukerplan.statistics.harmonise import (
    LevelRulesDifferError,
    MeaningChangedError,
    UnknownTableError,
    harmonise,
)
from brukerplan.statistics.refusals import BaseTooSmallError
from brukerplan.statistics.tables import tables_for
from brukerplan.statistics.trend import GapError, Point, count_years

from .histories import AFTER, across_the_merger, round_of, rows_of
from .test_harmonise import STRICTER, with_another_answer

STAVANGER = municipality_area("1103", 2026)


def test_a_description_has_every_question_by_every_breakdown() -> None:
    history = across_the_merger()
    found = describe(history)
    tables = [spec.id for spec in tables_for(edition("2026"))]
    assert list(found.counted) == [
        (table, breakdown.id) for breakdown in BREAKDOWNS for table in tables
    ]
    assert found.refused == {}
    for table, breakdown in (("housing", GENDER), ("lar_follow_up", ROP)):
        alone = count_years(history, table, breakdown)
        assert (found.counted[table, breakdown.id].counts == alone.counts).all()


def test_shares_have_the_base_of_the_group_they_are_of() -> None:
    history = across_the_merger(number=600)
    rows = rows_of(history)
    women = rows[(rows["municipality"] == "1103") & (rows["year"] == 2025) & (rows["gender"] == 1)]
    found = describe(history, tables=["housing"], breakdowns=[GENDER])
    point = found.series("housing", STAVANGER, "gender", "female").point(2025)
    assert point.base == len(women)
    red = int((women["housing"] == 3).sum())
    assert point.share("red", 1) == (Decimal(red) * 100 / len(women)).quantize(
        Decimal("0.1"), rounding="ROUND_HALF_UP"
    )


def test_the_published_counts_and_the_history_count_alike() -> None:
    found = round_of(2026, AFTER)
    history = harmonise([found])
    for spec in tables_for(found.edition):
        published = count(found.frame, spec, AFTER).counts.sum(axis=1)
        assert (count_years(history, spec.id).counts[:, 0] == published).all()


def test_what_cannot_be_compared_is_refused_with_why_and_the_rest_described() -> None:
    changed = replace(with_another_answer("lar"), level_rule=STRICTER)
    history = harmonise([round_of(2026, AFTER), round_of(2027, AFTER, edition=changed)])
    found = describe(history)
    with pytest.raises(LevelRulesDifferError):
        found.series("overall_level", municipality_area("1103", 2027))
    # A group told by the changed question takes everything by that group with it.
    with pytest.raises(MeaningChangedError, match="'lar'"):
        found.series("gender", municipality_area("1103", 2027), "lar")
    assert found.series("gender", municipality_area("1103", 2027), "rop").points
    assert describe(harmonise([round_of(2026, AFTER)])).refused == {}


def test_a_table_nobody_has_is_refused_at_once() -> None:
    with pytest.raises(UnknownTableError, match="shoe_size"):
        describe(harmonise([round_of(2026, AFTER)]), tables=["shoe_size"])


def test_individual_plan_has_both_denominators() -> None:
    counts = {"has": 30, "offered_declined": 10, "not_offered": 40, "not_entitled": 40,
              "unknown": 5}  # fmt: skip
    plan = individual_plan(Point(2025, counts, 125, ("1103",), (), None))
    assert (plan.has, plan.mapped, plan.entitled) == (30, 125, 85)
    assert plan.of_mapped(1) == Decimal("24.0")
    assert plan.of_entitled(1) == Decimal("35.3")


def test_a_share_of_few_entitled_is_refused_though_enough_are_mapped() -> None:
    counts = {"has": 3, "offered_declined": 4, "not_offered": 5, "not_entitled": 40, "unknown": 0}
    plan = individual_plan(Point(2025, counts, 52, ("1103",), (), None))
    assert plan.of_mapped() == Decimal(6)
    with pytest.raises(BaseTooSmallError, match="regne på: 12"):
        plan.of_entitled()


def test_which_services_are_needed_by_many_and_poorly_covered() -> None:
    history = across_the_merger(number=600)
    rows = rows_of(history)
    here = rows[(rows["municipality"] == "1103") & (rows["year"] == 2026)]
    found = service_needs(history, STAVANGER, 2026)
    assert list(found) == [v.id for v in edition("2026").variables if v.default is not None]
    for service, told in found.items():
        needing = here[service].isin((2, 3, 4)).sum()
        assert (told.base, told.needing) == (len(here), needing)
        assert told.unmet == here[service].isin((2, 4)).sum()
        assert told.needed_by_many == (needing * 4 >= len(here))
    assert len(service_needs(history, STAVANGER, 2025)) == 5


def test_how_well_a_service_few_need_is_covered_is_not_told() -> None:
    history = harmonise([round_of(2026, AFTER, number=45)])
    found = service_needs(history, nation_area(2026), 2026)
    assert {told.poorly_covered for told in found.values() if (told.needing or 0) < 20} == {None}
    assert all(
        told.poorly_covered is not None for told in found.values() if (told.needing or 0) >= 20
    )


def test_needs_are_refused_of_few_of_no_round_and_beyond_a_split() -> None:
    history = harmonise([round_of(2023, ("1507",)), round_of(2026, ("1508", "1144"), number=30)])
    with pytest.raises(BaseTooSmallError):
        service_needs(history, municipality_area("1144", 2026), 2026)
    with pytest.raises(GapError, match="2025 has no round"):
        service_needs(history, municipality_area("1144", 2026), 2025)
    with pytest.raises(GapError, match="2023: it was split"):
        service_needs(history, municipality_area("1508", 2026), 2023)
    with pytest.raises(GapError, match="did_not_take_part"):
        service_needs(history, municipality_area("1101", 2026), 2026)


def test_a_municipality_is_held_against_trust_region_country_and_those_of_its_size() -> None:
    areas = compared_with("1144", 2026, since=2015)
    assert [(area.level, area.key) for area in areas] == [
        ("municipality", "1144"),
        ("trust", "stavanger"),
        ("region", "helse-vest"),
        ("nation", "norge"),
        ("similar_size", "small"),
    ]
    assert all("1144" in area.members for area in areas)
    assert areas[1] == trust_area("Stavanger", 2026)
    assert areas[2] == region_area("Helse Vest RHF", 2026)


def test_those_of_similar_size_that_a_split_has_made_since_are_left_out() -> None:
    # Hamarøy got a part of Tysfjord in 2020.
    assert "1875" in similar_area("1144", 2026, since=2020).members
    older = similar_area("1144", 2026, since=2019)
    assert "1875" not in older.members
    assert older.codes(2019) is not None


def test_a_municipality_of_unknown_population_has_none_of_its_size() -> None:
    with pytest.raises(UnknownSizeError, match="1508"):
        similar_area("1508", 2025, since=2024)
    assert "similar_size" not in {area.level for area in compared_with("1508", 2025, since=2024)}
