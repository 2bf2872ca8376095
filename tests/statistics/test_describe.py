from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.statistics.describe import UnknownTableError, count, count_tables
from brukerplan.statistics.frames import NULL
from brukerplan.statistics.tables import TableSpec, tables_for

from .people import MUNICIPALITIES, people

Q2026 = edition("2026")
PART_OF_GROUP = {1: "substance", 2: "substance", 3: "mental_only"}


def spec(table: str, q: Questionnaire = Q2026) -> TableSpec:
    return next(found for found in tables_for(q) if found.id == table)


@given(
    q=st.sampled_from(EDITIONS),
    seed=st.integers(0, 2**32 - 1),
    number=st.integers(0, 60),
    unanswered=st.sampled_from([0.0, 0.3]),
)
@settings(max_examples=25, deadline=None)
def test_counts_equal_counting_person_by_person(
    q: Questionnaire, seed: int, number: int, unanswered: float
) -> None:
    frame = people(q, seed=seed, number=number, unanswered=unanswered).frame()
    rows = frame.data.to_dict("records")
    for table in tables_for(q):
        counted = count(frame, table)
        by_hand: Counter[tuple[str, str, int]] = Counter()
        for row in rows:
            value = int(row[table.column])
            if table.top is not None and value > table.top:
                value = table.top
            by_hand[row["municipality"], PART_OF_GROUP.get(row["user_group"], ""), value] += 1
        for i, municipality in enumerate(counted.municipalities):
            for j, part in enumerate(table.parts):
                for k, (_, code) in enumerate(table.categories):
                    assert counted.counts[i, j, k] == by_hand[municipality, part, code]


def test_a_municipality_that_took_part_without_anyone_has_zeros() -> None:
    drawn = people(Q2026, seed=1, number=3)
    drawn.municipality[:] = ["1103"] * 3
    counted = count(drawn.frame(), spec("gender"), ["1144", "1103", "1101"])
    assert counted.municipalities == ("1101", "1103", "1144")
    assert counted.counts.sum(axis=(1, 2)).tolist() == [0, 3, 0]


def test_a_round_of_nobody_can_be_counted() -> None:
    frame = people(Q2026, seed=1, number=0).frame()
    assert count(frame, spec("gender")).counts.shape == (0, 2, 4)
    assert not count(frame, spec("gender"), ["1103"]).counts.any()


def test_those_without_an_answer_are_outside_the_base_and_unknown_is_inside() -> None:
    drawn = people(Q2026, seed=1, number=4)
    for row, value in enumerate((1, 99, NULL, 2)):
        drawn = drawn.with_value("gender", row, value)
    counted = count(drawn.frame(), spec("gender"))
    assert counted.counts.sum(axis=(0, 1)).tolist() == [1, 1, 0, 1]


def test_children_are_counted_as_none_one_or_more_and_unknown() -> None:
    drawn = people(Q2026, seed=1, number=5)
    for row, value in enumerate((0, 1, 2, 20, NULL)):
        drawn = drawn.with_value("children_under_18", row, value)
    counted = count(drawn.frame(), spec("children_under_18"))
    assert counted.spec.category_ids == ("none", "one_or_more", "unknown")
    assert counted.counts.sum(axis=(0, 1)).tolist() == [1, 3, 1]


def test_counts_cannot_be_changed_afterwards() -> None:
    counted = count(people(Q2026, seed=1, number=5).frame(), spec("gender"))
    with pytest.raises(ValueError, match="read-only"):
        counted.counts[0, 0, 0] = 7


def test_the_base_is_the_sum_of_all_categories() -> None:
    counted = count(people(Q2026, seed=1, number=50).frame(), spec("gender"), MUNICIPALITIES)
    every = counted.of("substance", counted.spec.category_ids)
    assert np.array_equal(counted.of("substance"), every)
    assert counted.of("substance").sum() + counted.of("mental_only").sum() == 50


def test_a_table_that_is_not_there_is_refused() -> None:
    frame = people(Q2026, seed=1, number=5).frame()
    with pytest.raises(UnknownTableError, match="no column 'shoe_size'"):
        count(frame, TableSpec("shoe_size", "shoe_size", (("small", 1),), ("substance",)))
    counted = count(frame, spec("lar"))
    with pytest.raises(UnknownTableError, match="no part 'mental_only'"):
        counted.of("mental_only")
    with pytest.raises(UnknownTableError, match="no category"):
        counted.of("substance", ("in_law",))


def test_questions_routed_by_substance_problem_have_one_part() -> None:
    parts = {table.id: table.parts for table in tables_for(Q2026)}
    one_part = ("lar", "lar_follow_up", "substances__ghb", "main_substance", "rop_group")
    assert {parts[table] for table in one_part} == {("substance",)}
    both = ("gender", "gambling_problem", "overall_level", "child_followed_up")
    assert {parts[table] for table in both} == {("substance", "mental_only")}


def test_optional_questions_and_years_give_no_table() -> None:
    ids = {table.id for table in tables_for(Q2026)}
    assert ids.isdisjoint({"birth_year", "district", "born_abroad", "first_year_known"})
    assert {"overall_level", "user_group", "rop_group", "age_group"} <= ids


@pytest.mark.parametrize("q", EDITIONS, ids=lambda q: f"edition-{q.edition}")
def test_every_table_has_its_own_id_and_is_counted(q: Questionnaire) -> None:
    counted = count_tables(people(q, seed=1, number=20).frame(), q)
    ids = [table.spec.id for table in counted]
    assert len(set(ids)) == len(ids)
    assert ids == [table.id for table in tables_for(q)]
