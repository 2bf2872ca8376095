"""Equations between tables that hold in every municipality and that anyone can know.

Whoever knows the questionnaire knows them: everybody is asked about gender, so its base is
the number of persons; only those in LAR are rated on it, so the base of the rating is the
count of those in LAR. A hidden number that follows from published ones by such an equation
is not hidden. Protection therefore takes these as part of its system, and they must be all
the linear ones there are, and true. They are true of complete frames
(`brukerplan.statistics.frames.require_complete`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from brukerplan.questionnaire.levels import NOT_COMPUTABLE, ROP_RULE
from brukerplan.questionnaire.schema import (
    Condition,
    Kind,
    Questionnaire,
    Severity,
    ShowIf,
    Variable,
    flag_column,
)
from brukerplan.statistics.derived import ROP_GROUP, USER_GROUP
from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.tables import (
    MENTAL_ONLY,
    MENTAL_PROBLEM,
    NO_PROBLEM,
    PARTS,
    SUBSTANCE,
    SUBSTANCE_PROBLEM,
    USER_GROUPS_OF_PART,
    TableSpec,
    possible_codes,
    tables_for,
)


@dataclass(frozen=True, slots=True)
class Link:
    """Two sums of counts that are equal in every municipality.

    The base of (``table``, ``part``), or the sum of its ``left_categories``, equals the
    sum of ``categories`` of (``of_table``, ``of_part``); ``None`` means all categories.
    """

    table: str
    part: str
    of_table: str
    of_part: str
    categories: tuple[str, ...] | None
    left_categories: tuple[str, ...] | None = None


def links(q: Questionnaire) -> tuple[Link, ...]:
    """Return the equations between the tables of an edition.

    Each base is tied once, to the table that says who was asked: most to ``user_group``.
    Tables asked on conditions about several questions have a base that no other table
    gives; they are tied to each other when they share the conditions.
    """
    specs = tables_for(q)
    return (*_base_links(q, specs), *_problem_links(), *_rop_links(q))


def structural_zeros(q: Questionnaire) -> tuple[tuple[str, str, str], ...]:
    """Return the (table, part, category) that are 0 by definition, in every municipality.

    They come from how the parts are made, and from hard rules of one condition.
    """
    groups = (
        (USER_GROUP, part, group)
        for part in PARTS
        for other in PARTS
        if other != part
        for group in USER_GROUPS_OF_PART[other]
    )
    problems = (
        (problem, part, code.id)
        for problem in (SUBSTANCE_PROBLEM, MENTAL_PROBLEM)
        for part in PARTS
        for code in q.variable(problem).codes
        if code.id not in possible_codes(q, problem, part)
    )
    return (*groups, *problems, *_refused(q))


def broken_links(tables: Iterable[CountTable], equations: Iterable[Link]) -> tuple[Link, ...]:
    """Return the links that the counts of one year contradict; none, or something is wrong.

    Raises
    ------
    KeyError
        When a link names a table that is not among ``tables``.
    """
    by_id = {table.spec.id: table for table in tables}

    def broken(link: Link) -> bool:
        left = by_id[link.table].of(link.part, link.left_categories)
        right = by_id[link.of_table].of(link.of_part, link.categories)
        return bool((left != right).any())

    return tuple(link for link in equations if broken(link))


def _base_links(q: Questionnaire, specs: tuple[TableSpec, ...]) -> Iterator[Link]:
    routing = {column: v for v in q.variables for column in v.columns}
    first_with: dict[tuple[ShowIf, str], str] = {}
    for spec in specs:
        variable = routing.get(spec.column)
        for part in spec.parts:
            if spec.id == USER_GROUP:
                continue
            if spec.id == ROP_GROUP:
                yield Link(spec.id, part, USER_GROUP, part, ("substance_and_mental",))
            elif variable is None or variable.show_if is None:
                yield Link(spec.id, part, USER_GROUP, part, USER_GROUPS_OF_PART[part])
            elif (link := _one_condition(q, spec, variable.show_if, part)) is not None:
                yield link
            elif (known := first_with.setdefault((variable.show_if, part), spec.id)) != spec.id:
                yield Link(spec.id, part, known, part, None)


def _one_condition(q: Questionnaire, spec: TableSpec, show_if: ShowIf, part: str) -> Link | None:
    """Tie the base to the counts of the only question that the routing looks at."""
    asked_about = {condition.variable for condition in show_if.any_of}
    of = q.variable(asked_about.pop())
    if asked_about or of.optional:
        return None
    if of.kind is Kind.ONE:
        return _one_choice(q, spec, show_if, part)
    if of.kind is Kind.MANY:
        first, *others = show_if.any_of
        if others or len(first.codes) > 1:
            return None
        flag = flag_column(of.id, *first.codes)
        return Link(spec.id, part, flag, part, ("no",) if first.negated else ("yes",))
    if of.kind is Kind.COUNT:
        return _one_number(spec, of, show_if, part)
    return None


def _one_choice(q: Questionnaire, spec: TableSpec, show_if: ShowIf, part: str) -> Link:
    of = q.variable(show_if.any_of[0].variable)
    possible = possible_codes(q, of.id, part)
    meeting = [_codes_meeting(of, condition) for condition in show_if.any_of]
    chosen = frozenset().union(*meeting) & possible
    if of.id == SUBSTANCE_PROBLEM and chosen == possible:
        return Link(spec.id, part, USER_GROUP, part, USER_GROUPS_OF_PART[part])
    return Link(spec.id, part, of.id, part, tuple(c.id for c in of.codes if c.id in chosen))


def _one_number(spec: TableSpec, of: Variable, show_if: ShowIf, part: str) -> Link | None:
    """Tie the base to "none" or "one or more", where the routing divides numbers so."""
    assert of.minimum is not None
    assert of.maximum is not None
    numbers = {
        number
        for number in range(of.minimum, of.maximum + 1)
        for condition in show_if.any_of
        if (str(number) in condition.codes) != condition.negated
    }
    if numbers == {0}:
        return Link(spec.id, part, of.id, part, ("none",))
    if numbers == set(range(1, of.maximum + 1)):
        return Link(spec.id, part, of.id, part, ("one_or_more",))
    return None


def _codes_meeting(variable: Variable, condition: Condition) -> frozenset[str]:
    every = frozenset(code.id for code in variable.codes)
    return every - condition.codes if condition.negated else condition.codes


def _problem_links() -> tuple[Link, ...]:
    """Return what the two problems, the user group and the ROP group say of each other.

    With a person's two problems as rows and columns, user group, ROP group and the two
    problem tables are sums over the same eight fields; these, the bases and `_rop_links`
    are all the equations among those sums.
    """
    return (
        Link(
            MENTAL_PROBLEM,
            SUBSTANCE,
            USER_GROUP,
            SUBSTANCE,
            ("substance_only",),
            left_categories=(NO_PROBLEM,),
        ),
        Link(
            SUBSTANCE_PROBLEM,
            MENTAL_ONLY,
            USER_GROUP,
            MENTAL_ONLY,
            ("mental_only",),
            left_categories=(NO_PROBLEM,),
        ),
    )


def _rop_links(q: Questionnaire) -> Iterator[Link]:
    """Tie ROP groups to a degree of mental-health problem where they are exactly those.

    The degrees of substance problem give no equation: they also count persons without a
    mental-health problem, who are in no group.
    """
    degrees_of: dict[str, set[str]] = {}
    for row in ROP_RULE:
        groups = [row.group] if row.levels is None else [row.group, NOT_COMPUTABLE]
        for group in groups:
            degrees_of.setdefault(group, set()).add(row.mental_problem)
    for code in q.variable(MENTAL_PROBLEM).codes:
        groups = [group for group, degrees in degrees_of.items() if code.id in degrees]
        if groups and all(degrees_of[group] == {code.id} for group in groups):
            left = tuple(groups)
            yield Link(ROP_GROUP, SUBSTANCE, MENTAL_PROBLEM, SUBSTANCE, (code.id,), left)


def _refused(q: Questionnaire) -> Iterator[tuple[str, str, str]]:
    specs = {spec.id: spec for spec in tables_for(q)}
    for rule in q.rules:
        if rule.severity is not Severity.HARD or len(rule.all_of) != 1:
            continue
        variable = q.variable(rule.all_of[0].variable)
        if variable.kind is Kind.ONE and variable.id in specs:
            for code in sorted(_codes_meeting(variable, rule.all_of[0])):
                yield from ((variable.id, part, code) for part in specs[variable.id].parts)
