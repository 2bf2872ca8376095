from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import (
    Condition,
    Questionnaire,
    Rule,
    Severity,
    ShowIf,
)
from brukerplan.statistics.describe import CountTable, count_tables
from brukerplan.statistics.frames import IncompleteFrameError
from brukerplan.statistics.links import Link, broken_links, links, structural_zeros
from brukerplan.statistics.tables import tables_for

from .people import MUNICIPALITIES, people

Editions = pytest.mark.parametrize("q", EDITIONS, ids=lambda q: f"edition-{q.edition}")
SEEDS = st.integers(0, 2**32 - 1)


@given(q=st.sampled_from(EDITIONS), seed=SEEDS, number=st.integers(0, 80))
@settings(max_examples=40, deadline=None)
def test_links_hold_in_every_municipality_of_every_complete_frame(
    q: Questionnaire, seed: int, number: int
) -> None:
    tables = count_tables(people(q, seed=seed, number=number).frame(), q, MUNICIPALITIES)
    assert broken_links(tables, links(q)) == ()


@given(q=st.sampled_from(EDITIONS), seed=SEEDS, number=st.integers(0, 80))
@settings(max_examples=40, deadline=None)
def test_structural_zeros_are_zero_in_every_complete_frame(
    q: Questionnaire, seed: int, number: int
) -> None:
    frame = people(q, seed=seed, number=number).frame()
    tables = {table.spec.id: table for table in count_tables(frame, q)}
    for table, part, category in structural_zeros(q):
        assert not tables[table].of(part, (category,)).any()


@Editions
def test_a_person_moved_out_of_one_table_breaks_its_links(q: Questionnaire) -> None:
    tables = count_tables(people(q, seed=1, number=50).frame(), q)
    for place, table in enumerate(tables):
        counts = table.counts.copy()
        row, part, category = np.argwhere(counts > 0)[0]
        counts[row, part, category] -= 1
        changed = (*tables[:place], replace(table, counts=counts), *tables[place + 1 :])
        assert broken_links(changed, links(q)), table.spec.id


@Editions
def test_a_frame_with_an_unanswered_question_is_not_counted_for_links(q: Questionnaire) -> None:
    lacking = people(q, seed=2, number=30).with_value("gender", 4, -32768)
    with pytest.raises(IncompleteFrameError, match=r"gender \(1\)"):
        count_tables(lacking.frame(), q)


@Editions
def test_links_and_zeros_are_all_the_linear_equations_there_are(q: Questionnaire) -> None:
    assert _equations_not_told(q) == 0


@pytest.mark.parametrize("negated", [False, True], ids=["in", "not in"])
@pytest.mark.parametrize(
    ("variable", "codes"),
    [
        ("gender", {"female", "unknown"}),
        ("substances", {"alcohol"}),
        ("substances", {"alcohol", "ghb"}),
        ("children_under_18", {"0"}),
        ("children_under_18", {"0", "1"}),
        ("substance_problem", {"none"}),
        ("mental_problem", {"serious"}),
        ("lar_follow_up", {"red"}),
        ("birth_year", {"1990", "1991"}),
        ("born_abroad", {"yes"}),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else value,
)
def test_links_would_be_all_there_are_under_other_routing(
    variable: str, codes: set[str], negated: bool
) -> None:
    condition = Condition(variable, frozenset(codes), negated=negated)
    q = _shortened(_routed("violence_exposes_others", condition))
    assert _equations_not_told(q) == 0


def _equations_not_told(q: Questionnaire) -> int:
    # Counts are sums over persons, so an equation holds in all frames exactly when it holds
    # for each possible person. Persons span what is left free; equations take the rest.
    number = 2500
    drawn = people(q, seed=3, number=number)
    drawn.municipality[:] = [f"{row:04d}" for row in range(number)]
    tables = count_tables(drawn.frame(), q)
    # As floats, exact for such small numbers, because integers have no fast product.
    persons = np.concatenate(
        [table.counts.reshape(number, -1).astype(float) for table in tables], axis=1
    )
    equations = _equations(q, tables)
    assert not (persons @ equations.T.astype(float)).any()
    # The rank of persons is that of their cross product, which is much smaller.
    free = int(np.linalg.matrix_rank(persons.T @ persons, hermitian=True))
    taken = int(np.linalg.matrix_rank(equations.astype(float)))
    return int(persons.shape[1]) - free - taken


@Editions
def test_without_one_of_the_links_an_equation_is_missed(q: Questionnaire) -> None:
    # The negative control of the test above: a link left out shows as a lower rank.
    tables = count_tables(people(q, seed=4, number=20).frame(), q)
    equations = _equations(q, tables)
    full = np.linalg.matrix_rank(equations.astype(float))
    gender = next(i for i, link in enumerate(links(q)) if link.table == "gender")
    assert np.linalg.matrix_rank(np.delete(equations, gender, axis=0).astype(float)) == full - 1


def test_the_base_of_lar_follow_up_is_those_in_lar() -> None:
    expected = Link("lar_follow_up", "substance", "lar", "substance", ("in_lar",))
    assert expected in links(edition("2026"))


def test_the_older_edition_does_not_rate_lar_follow_up() -> None:
    assert "lar_follow_up" not in {link.table for link in links(edition("2015"))}


def test_questions_about_children_share_a_base_that_no_other_table_gives() -> None:
    of = {link.table: link.of_table for link in links(edition("2026"))}
    assert of["child_followed_up"] == of["concern_reported"] == "child_welfare_involved"
    assert "child_welfare_involved" not in of


def test_those_with_a_serious_mental_health_problem_are_rop_groups_four_and_five() -> None:
    rop = [link for link in links(edition("2026")) if link.table == "rop_group"]
    assert (("group_4", "group_5"), ("serious",)) in [
        (link.left_categories, link.categories) for link in rop
    ]


def test_negated_routing_ties_the_base_to_the_other_answers() -> None:
    q = _routed("partner", Condition("gender", frozenset({"unknown"}), negated=True))
    found = [link for link in links(q) if link.table == "partner"]
    assert {link.categories for link in found} == {("female", "male", "other")}


def test_routing_on_several_answers_of_a_multiple_choice_gives_no_link() -> None:
    q = _routed("gambling_problem", Condition("substances", frozenset({"alcohol", "ghb"})))
    assert "gambling_problem" not in {link.table for link in links(q)}


def test_an_answer_refused_by_a_hard_rule_is_a_structural_zero() -> None:
    q = edition("2026")
    never = Condition("gender", frozenset({"other"}))
    rule = Rule("no_other", Severity.HARD, "gender", (never,), "Ikke i bruk.")
    zeros = structural_zeros(replace(q, rules=(*q.rules, rule)))
    assert ("gender", "substance", "other") in zeros
    assert ("gender", "substance", "other") not in structural_zeros(q)


def test_a_hard_rule_about_a_number_gives_no_structural_zero() -> None:
    q = edition("2026")
    many = Condition("children_under_18", frozenset({"19", "20"}))
    rule = Rule("many_children", Severity.HARD, "children_under_18", (many,), "Ikke i bruk.")
    assert structural_zeros(replace(q, rules=(*q.rules, rule))) == structural_zeros(q)


def _routed(variable_id: str, condition: Condition) -> Questionnaire:
    """The newest edition with one more routed question."""
    q = edition("2026")
    sections = tuple(
        replace(
            section,
            variables=tuple(
                replace(variable, show_if=ShowIf((condition,)))
                if variable.id == variable_id
                else variable
                for variable in section.variables
            ),
        )
        for section in q.sections
    )
    return replace(q, sections=sections)


def _shortened(q: Questionnaire) -> Questionnaire:
    """The edition without its services and plans, which are many and alike."""
    kept = tuple(s for s in q.sections if s.id not in ("services", "plans"))
    return replace(q, sections=kept, rules=())


def _equations(q: Questionnaire, tables: tuple[CountTable, ...]) -> NDArray[np.int64]:
    cells = [
        (spec.id, part, category)
        for spec in tables_for(q)
        for part in spec.parts
        for category in spec.category_ids
    ]
    place = {cell: index for index, cell in enumerate(cells)}
    categories = {table.spec.id: table.spec.category_ids for table in tables}
    found = links(q)
    zeros = structural_zeros(q)
    rows = np.zeros((len(found) + len(zeros), len(cells)), dtype=np.int64)
    for row, link in enumerate(found):
        for category in link.left_categories or categories[link.table]:
            rows[row, place[link.table, link.part, category]] += 1
        for category in link.categories or categories[link.of_table]:
            rows[row, place[link.of_table, link.of_part, category]] -= 1
    for row, zero in enumerate(zeros, start=len(found)):
        rows[row, place[zero]] = 1
    return rows
