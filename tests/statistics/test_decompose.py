from __future__ import annotations

import doctest
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brukerplan.questionnaire.levels import OVERALL_LEVEL
from brukerplan.statistics import decompose, municipality_mix
from brukerplan.statistics.decompose import (
    Part,
    PersonsDecomposition,
    decompose_mean,
    decompose_share,
    decompose_values,
)
from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.municipality_mix import (
    decompose_municipalities,
    parts_by_municipality,
    relabel,
)
from brukerplan.statistics.panel import follow
from brukerplan.statistics.refusals import BaseTooSmallError, NobodyStayedError
from brukerplan.statistics.tables import TableSpec
from brukerplan.statistics.transitions import UnknownStateError, transitions

from .panels import LEVELS, Courses, Mapped, frame, frames, years_of_rows

NONE = Fraction(0)
BOTH = (2015, 2016)
SERIOUS = ("red", "blood_red")
VALUES = st.one_of(st.none(), st.fractions(-50, 50, max_denominator=20))
MUNICIPALITIES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
).map(lambda drawn: {name: Part(n, Fraction(k)) for name, (n, k) in drawn.items()})


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


@given(persons=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=30))
def test_the_parts_sum_to_the_change_exactly(
    persons: list[tuple[Fraction | None, Fraction | None]],
) -> None:
    before, after = [a for a, _ in persons], [b for _, b in persons]
    assume(any(None not in pair for pair in persons))

    found = decompose_values(before, after)

    change = mean([b for b in after if b is not None]) - mean([a for a in before if a is not None])
    assert found.total == change
    assert found.stayers + found.leavers + found.entrants == change


@given(persons=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=30))
def test_the_parts_are_those_of_melitz_and_polanec(
    persons: list[tuple[Fraction | None, Fraction | None]],
) -> None:
    stayed = [(a, b) for a, b in persons if a is not None and b is not None]
    left = [a for a, b in persons if a is not None and b is None]
    entered = [b for a, b in persons if b is not None and a is None]
    assume(stayed)
    stayed1, stayed2 = mean([a for a, _ in stayed]), mean([b for _, b in stayed])

    found = decompose_values([a for a, _ in persons], [b for _, b in persons])

    assert found.stayers == stayed2 - stayed1
    weight_left = Fraction(len(left), len(left) + len(stayed))
    weight_entered = Fraction(len(entered), len(entered) + len(stayed))
    assert found.leavers == (-weight_left * (mean(left) - stayed1) if left else 0)
    assert found.entrants == (weight_entered * (mean(entered) - stayed2) if entered else 0)
    assert (found.persons_left, found.persons_entered) == (len(left), len(entered))


def test_where_nobody_changed_the_change_is_who_came_and_left() -> None:
    found = decompose_values([1, 0, 1, None], [1, 0, None, 0])

    assert found.stayers == 0
    assert found.leavers + found.entrants == found.total == Fraction(-1, 3)


def test_where_leavers_and_entrants_are_like_those_who_stayed_they_count_nothing() -> None:
    found = decompose_values([1, 0, 1, 0, None, None], [1, 1, None, None, 1, 1])

    assert (found.stayers, found.leavers, found.entrants) == (Fraction(1, 2), NONE, NONE)


@given(years=years_of_rows(2))
@settings(max_examples=60, deadline=None)
def test_a_share_of_a_matrix_equals_the_share_person_by_person(years: list[list[Mapped]]) -> None:
    panel = follow([frame(2015 + place, rows) for place, rows in enumerate(years)])
    matrix = transitions(panel, OVERALL_LEVEL, years=BOTH)
    value = {state: int(state in SERIOUS) for state in LEVELS[:4]}
    who = sorted({row.who for rows in years for row in rows if row.who is not None})
    level = [{row.who: row.level for row in rows} for rows in years]
    before, after = ([value.get(of.get(each, "")) for each in who] for of in level)
    assume(any(a is not None and b is not None for a, b in zip(before, after, strict=True)))

    found = decompose_share(matrix, SERIOUS, base=LEVELS[:4])

    assert found == decompose_values(before, after)


def test_a_mean_takes_a_value_for_each_state() -> None:
    courses: Courses = {1: ["red", "yellow"], 2: ["yellow", None], 3: [None, "green"]}
    matrix = transitions(follow(frames(courses)), OVERALL_LEVEL, years=BOTH)

    found = decompose_mean(matrix, {"green": 0, "yellow": 1, "red": 2})

    assert (found.before.mean, found.after.mean) == (Fraction(3, 2), Fraction(1, 2))
    assert (found.stayers, found.leavers, found.entrants) == (
        Fraction(-1),
        Fraction(1, 2),
        Fraction(-1, 2),
    )


def test_what_cannot_be_decomposed_is_refused() -> None:
    nobody: Courses = {1: ["red", None], 2: [None, "red"]}
    matrix = transitions(follow(frames(nobody)), OVERALL_LEVEL, years=BOTH)
    with pytest.raises(NobodyStayedError):
        decompose_share(matrix, SERIOUS, base=LEVELS)
    with pytest.raises(UnknownStateError, match="not in the base"):
        decompose_share(matrix, SERIOUS, base=("red", "green"))
    with pytest.raises(ValueError, match="same persons"):
        decompose.decompose(
            stayers_before=Part(2, Fraction(1)),
            stayers_after=Part(3, Fraction(1)),
            leavers=Part(0, Fraction(0)),
            entrants=Part(0, Fraction(0)),
        )


def test_parts_are_shown_so_that_they_sum_to_the_change_shown() -> None:
    third = Fraction(1, 300)
    one = Part(300, Fraction(100))
    found = PersonsDecomposition(one, Part(300, Fraction(103)), third, third, third, 300)

    total, parts = found.shown(1)

    assert total == Decimal("1.0")
    assert sum(parts) == total
    assert sorted(parts) == [Decimal("0.3"), Decimal("0.3"), Decimal("0.4")]


@given(before=MUNICIPALITIES, after=MUNICIPALITIES)
def test_within_and_mix_sum_to_the_change_exactly(
    before: dict[str, Part], after: dict[str, Part]
) -> None:
    n1, n2 = (sum(part.persons for part in each.values()) for each in (before, after))
    assume(n1 and n2)

    found = decompose_municipalities(before, after)

    k1, k2 = (sum(part.total for part in each.values()) for each in (before, after))
    assert found.total == Fraction(k2) / n2 - Fraction(k1) / n1
    assert found.within + found.mix == found.total


@given(before=MUNICIPALITIES, after=MUNICIPALITIES)
def test_a_merger_moves_between_within_and_mix_and_conserves_their_sum(
    before: dict[str, Part], after: dict[str, Part]
) -> None:
    assume(all(sum(part.persons for part in each.values()) for each in (before, after)))
    merged = {"b": "a", "c": "a"}

    apart = decompose_municipalities(before, after)
    as_one = decompose_municipalities(relabel(before, merged), relabel(after, merged))

    assert as_one.total == apart.total
    assert as_one.within + as_one.mix == apart.total
    persons = sum(part.persons for part in before.values())
    assert sum(part.persons for part in relabel(before, merged).values()) == persons


def test_a_change_of_numbers_alone_is_mix_and_of_answers_alone_is_within() -> None:
    half, all_ = Part(10, Fraction(5)), Part(10, Fraction(10))
    more = Part(30, Fraction(30))

    numbers = decompose_municipalities({"a": half, "b": all_}, {"a": half, "b": more})
    answers = decompose_municipalities({"a": half, "b": all_}, {"a": all_, "b": all_})

    assert (numbers.within, numbers.mix) == (NONE, Fraction(1, 8))
    assert (answers.within, answers.mix) == (Fraction(1, 4), NONE)


def test_kitagawas_averages_are_used() -> None:
    before = {"a": Part(100, Fraction(20)), "b": Part(300, Fraction(30))}
    after = {"a": Part(200, Fraction(20)), "b": Part(200, Fraction(40))}

    found = decompose_municipalities(before, after)

    # Shares 1/4, 3/4 to 1/2, 1/2; means 0.2, 0.1 to 0.1, 0.2.
    within = Fraction(3, 8) * Fraction(-1, 10) + Fraction(5, 8) * Fraction(1, 10)
    assert (found.within, found.mix) == (within, NONE)


def test_municipalities_of_one_year_alone_are_mix_and_are_named() -> None:
    half, all_ = Part(10, Fraction(5)), Part(10, Fraction(10))

    found = decompose_municipalities({"a": half, "left": all_}, {"a": half, "new": half})

    assert (found.within, found.mix) == (NONE, Fraction(-1, 4))
    assert (found.only_before, found.only_after) == (("left",), ("new",))
    assert found.shown(0) == (Decimal(-25), (Decimal(0), Decimal(-25)))


def test_a_year_of_nobody_is_refused() -> None:
    with pytest.raises(BaseTooSmallError) as refused:
        decompose_municipalities({"a": Part(0, Fraction(0))}, {"a": Part(2, Fraction(1))})
    assert (refused.value.base, refused.value.minimum) == (0, 1)


def test_municipalities_parts_come_from_their_counts() -> None:
    spec = TableSpec(
        "x", "x", (("no", 0), ("yes", 1), ("unknown", 99)), ("substance", "mental_only")
    )
    table = CountTable(
        spec,
        2019,
        ("1103", "1141"),
        np.array([[[10, 20, 5], [1, 2, 0]], [[3, 4, 0], [0, 0, 0]]], dtype=np.int64),
    )

    assert parts_by_municipality(table, ("yes",)) == {
        "1103": Part(38, Fraction(22)),
        "1141": Part(7, Fraction(4)),
    }
    known = parts_by_municipality(table, ("yes",), base=("no", "yes"))
    assert known["1103"] == Part(33, Fraction(22))


@pytest.mark.parametrize("module", [decompose, municipality_mix], ids=["persons", "municipalities"])
def test_the_examples_in_the_documentation_are_true(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]  # parametrize hides the type
    assert tried.attempted > 0
    assert tried.failed == 0
