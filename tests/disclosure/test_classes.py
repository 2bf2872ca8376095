"""How many share what others may know: the quick count against one a child could check."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.disclosure.classes import Classes, class_sizes, classes_of
from brukerplan.disclosure.extract import (
    PROPOSED,
    Age,
    Definition,
    Place,
    choosable,
)

DEFINITION = Definition((2025, 2026), Place.MUNICIPALITY, Age.AGE_GROUP, True, ("gender",))
ROW = st.tuples(
    st.one_of(st.none(), st.sampled_from([b"a", b"b", b"c", b"d", b"e", b"f"])),
    st.sampled_from([2025, 2026]),
    st.sampled_from([1103, 1108]),
    st.sampled_from([1, 2, -2]),
    st.sampled_from([1, 2]),
)
Row = tuple[bytes | None, int, int, int, int]


def frame(rows: list[Row]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["person", "year", "municipality", "age_group", "gender"])
    return found.astype({"person": object})


def by_hand(rows: list[Row], *, followed: bool, smallest: int) -> Classes:
    """Persons by what is known of them in all their years, one at a time."""
    courses: defaultdict[object, list[object]] = defaultdict(list)
    for number, (person, year, *known) in enumerate(rows):
        who = (number,) if person is None else (person, 0 if followed else year)
        courses[who].append((year, *known))
    alike = Counter(tuple(sorted(map(repr, course))) for course in courses.values())
    small = [number for number in alike.values() if number < smallest]
    return Classes(
        persons=len(courses),
        smallest=min(alike.values(), default=0),
        small_classes=len(small),
        left_out=sum(small),
    )


@given(st.lists(ROW, max_size=40), st.booleans(), st.integers(1, 4))
def test_the_classes_are_those_counted_by_hand(
    rows: list[Row], followed: bool, smallest: int
) -> None:
    definition = replace(DEFINITION, follows_persons=followed)
    policy = replace(PROPOSED, smallest_class=replace(PROPOSED.smallest_class, value=smallest))

    found, kept = classes_of(frame(rows), definition, policy)

    assert found == by_hand(rows, followed=followed, smallest=smallest)
    # Without those left out, nobody more is left out: what is handed over keeps the promise.
    left, still = classes_of(frame(rows)[kept], definition, policy)
    assert (left.persons, left.left_out) == (found.kept, 0)
    assert still.all()


def test_a_count_row_by_row_would_be_another() -> None:
    """The control: each year's row has company, and the two years together have none."""
    rows: list[Row] = [
        (b"a", 2025, 1103, 1, 1),
        (b"a", 2026, 1108, 1, 1),
        (b"b", 2025, 1103, 1, 1),
        (b"b", 2026, 1103, 1, 1),
        (b"c", 2025, 1108, 1, 1),
        (b"c", 2026, 1108, 1, 1),
    ]
    unit = pd.factorize(frame(rows)["person"])[0]
    known = [frame(rows)[name].to_numpy() for name in ("year", "municipality")]

    assert class_sizes(unit, known).tolist() == [1, 1, 1, 1, 1, 1]
    assert class_sizes(np.arange(6), known).tolist() == [2, 2, 2, 1, 1, 2]


def test_many_columns_with_many_codes_do_not_run_over() -> None:
    codes = np.arange(1_000)
    known = [np.roll(codes, step) for step in range(12)]

    assert class_sizes(codes, known).max() == 1
    assert class_sizes(codes, [np.zeros_like(codes)] * 12).min() == 1_000


def test_what_is_chosen_closer_is_never_in_larger_classes() -> None:
    generator = np.random.default_rng(1)
    rows: list[Row] = [
        (bytes([each % 90]), int(y), int(m), int(a), int(g))
        for each, (y, m, a, g) in enumerate(
            zip(
                generator.integers(2025, 2027, 200),
                generator.choice([1103, 1108], 200),
                generator.integers(1, 8, 200),
                generator.integers(1, 3, 200),
                strict=True,
            )
        )
    ]
    close = classes_of(frame(rows), DEFINITION, PROPOSED)[0]
    for step, coarser in DEFINITION.coarser(PROPOSED):
        if step in {"age", "gender"}:
            assert classes_of(frame(rows), coarser, PROPOSED)[0].left_out <= close.left_out


def test_every_step_leads_to_what_nobody_is_known_by() -> None:
    everything = Definition(
        (2025, 2026),
        Place.MUNICIPALITY,
        Age.BIRTH_YEAR,
        True,
        PROPOSED.quasi_identifiers.value,
    )
    seen, waiting = {everything}, [everything]
    while waiting:
        for _, coarser in waiting.pop().coarser(PROPOSED):
            if coarser not in seen:
                seen.add(coarser)
                waiting.append(coarser)
    (last,) = [each for each in seen if not list(each.coarser(PROPOSED))]
    assert last.quasi_identifiers(PROPOSED) == ("year",)


def test_what_others_may_know_can_be_chosen_and_nothing_else_is_called_so() -> None:
    assert set(PROPOSED.quasi_identifiers.value) <= choosable().keys()
    assert DEFINITION.quasi_identifiers(PROPOSED) == (
        "year", "municipality", "age_group", "gender",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("persons", "left_out", "allowed"),
    [(100, 10, True), (100, 11, False), (0, 0, False), (4, 4, False), (20, 0, True)],
)
def test_a_tenth_may_be_left_out_and_no_more(persons: int, left_out: int, allowed: bool) -> None:
    assert Classes(persons, 1, 1, left_out).allowed(PROPOSED) is allowed
