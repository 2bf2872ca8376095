"""Several years under different editions and borders, brought to what can be compared.

A history answers for every question whether its years mean the same, and refuses by an error
that says why where they do not. What may be asked differently is the wording; what may not is
the codes, whom the question is put to, and the rule that a derived variable follows.
Persons are counted where they lived in the year; which municipalities make up an area in
which year, `brukerplan.statistics.areas` tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brukerplan.geography import municipality
from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire.schema import LevelRule, Questionnaire
from brukerplan.statistics.derived import OVERALL_LEVEL, ROP_GROUP, overall_level, rop_group
from brukerplan.statistics.describe import UnknownTableError
from brukerplan.statistics.frames import Frame
from brukerplan.statistics.meaning import meaning, wording
from brukerplan.statistics.tables import TableSpec, tables_for

__all__ = [
    "Asked",
    "History",
    "HistoryError",
    "LevelRulesDifferError",
    "MeaningChangedError",
    "NotComparableError",
    "OptionalQuestionError",
    "Round",
    "Terms",
    "UnknownTableError",
    "harmonise",
]


class HistoryError(ValueError):
    """The rounds do not make a history: what is given contradicts itself."""


class NotComparableError(ValueError):
    """A question whose years cannot be held against each other; the message says why."""


class MeaningChangedError(NotComparableError):
    """One id stands for different questions: other codes, or put to others."""


class LevelRulesDifferError(NotComparableError):
    """Years whose overall level follows different rules, and none was chosen for all."""


class OptionalQuestionError(NotComparableError):
    """Asked only where a municipality wanted to, or not counted as it stands."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom a municipality mapped in a year."""

    inclusion_rule: str
    mental_only_included: bool
    milder_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One year: its persons, its edition, and on which terms each municipality took part.

    ``took_part`` also has the municipalities that found nobody.
    """

    frame: Frame
    edition: Questionnaire
    took_part: Mapping[str, Terms]

    @property
    def year(self) -> int:
        """The round's year."""
        return self.frame.year


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be counted over years: how, in which of them, and in whose words."""

    spec: TableSpec
    years: tuple[int, ...]
    wordings: Mapping[int, str]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Rounds of several years, oldest first, that can be counted as one.

    Parameters
    ----------
    as_of
        The year whose borders areas have: not before the newest round.
    cells
        Year and municipality code of that year, of everyone who took part, in order.
    cell_of_row
        By year, the index into ``cells`` of each person, int64 of shape (n_rows,).
    level_rule
        The rule behind the overall level of every year; ``None`` where years differ.
    tables
        What can be counted over the years, or why it cannot: the questions of the newest
        edition in its order, then those that only older ones have.
    """

    rounds: tuple[Round, ...]
    as_of: int
    cells: tuple[tuple[int, str], ...]
    cell_of_row: Mapping[int, NDArray[np.int64]]
    level_rule: LevelRule | None
    tables: Mapping[str, Asked | NotComparableError]

    @property
    def years(self) -> tuple[int, ...]:
        """The years with a round, ascending."""
        return tuple(found.year for found in self.rounds)

    def round(self, year: int) -> Round | None:
        """Return the round of a year, ``None`` without one."""
        return next((found for found in self.rounds if found.year == year), None)

    def asked(self, table_id: str) -> Asked:
        """Return how a question is counted in every year that asked it.

        Raises
        ------
        UnknownTableError
            No edition of the rounds has it.
        OptionalQuestionError, MeaningChangedError, LevelRulesDifferError
            The years cannot be compared.
        """
        found = self.tables.get(table_id)
        if found is None:
            raise self._no_table(table_id)
        if isinstance(found, NotComparableError):
            raise found.with_traceback(None)
        return found

    def _no_table(self, table_id: str) -> ValueError:
        for found in self.rounds:
            if any(table_id in (v.id, *v.columns) for v in found.edition.variables):
                return OptionalQuestionError(
                    f"{table_id!r} is optional or not a choice, so it has no table over years"
                )
        return UnknownTableError(f"no edition of {_listed(self.years)} has a table {table_id!r}")


def harmonise(
    rounds: Iterable[Round], *, as_of: int | None = None, level_rule: LevelRule | None = None
) -> History:
    """Bring rounds of different years to one history.

    Parameters
    ----------
    as_of
        The year whose borders areas have; the newest round's if not given.
    level_rule
        Rule for the overall level, and the ROP groups that look at it, in every year. Not
        given, each year keeps its edition's; where these differ, both are refused.

    Raises
    ------
    HistoryError
        No rounds, a year twice, a frame of another edition than is said, a rule of areas
        that an edition does not ask, ``as_of`` before the newest round, or persons of a
        municipality that is not said to have taken part.
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        A code is not one of its year.
    """
    ordered = sorted(rounds, key=lambda found: found.year)
    if not ordered:
        raise HistoryError("a history needs a round")
    for before, after in pairwise(ordered):
        if before.year == after.year:
            raise HistoryError(f"{after.year} is given twice")
    for found in ordered:
        _require_sound(found)
    newest = ordered[-1].year
    if as_of is not None and as_of < newest:
        raise HistoryError(f"borders of {as_of} are before the newest round, {newest}")
    if level_rule is not None:
        ordered = [_under(found, level_rule) for found in ordered]
    rules = {found.edition.level_rule for found in ordered}
    one_rule = rules.pop() if len(rules) == 1 else None
    cells = tuple((found.year, code) for found in ordered for code in sorted(found.took_part))
    return History(
        rounds=tuple(ordered),
        as_of=newest if as_of is None else as_of,
        cells=cells,
        cell_of_row={found.year: _cell_of_row(found, cells) for found in ordered},
        level_rule=one_rule,
        tables=_tables(ordered, one_rule),
    )


def _tables(
    rounds: list[Round], level_rule: LevelRule | None
) -> dict[str, Asked | NotComparableError]:
    specs = {
        id(q): {spec.id: spec for spec in tables_for(q)}
        for q in (found.edition for found in rounds)
    }
    newest_first = [table for found in reversed(rounds) for table in specs[id(found.edition)]]
    found_in = {
        table: {
            found.year: (found.edition, specs[id(found.edition)][table])
            for found in rounds
            if table in specs[id(found.edition)]
        }
        for table in dict.fromkeys(newest_first)
    }
    return {table: _asked(table, years, level_rule) for table, years in found_in.items()}


def _asked(
    table: str,
    years: Mapping[int, tuple[Questionnaire, TableSpec]],
    level_rule: LevelRule | None,
) -> Asked | NotComparableError:
    if table in (OVERALL_LEVEL, ROP_GROUP) and level_rule is None:
        rules = {year: q.level_rule.id for year, (q, _) in years.items()}
        return LevelRulesDifferError(
            f"{table!r} follows different rules by year, {rules}: choose one for all"
        )
    told = {id(q): ((spec, meaning(q, table)), wording(q, table)) for q, spec in years.values()}
    newest = max(years)
    now, _ = told[id(years[newest][0])]
    if other := [year for year, (q, _) in years.items() if told[id(q)][0] != now]:
        return MeaningChangedError(
            f"{table!r} does not mean the same in {_listed(other)} as in {newest}: "
            "other codes, or put to other persons. A changed meaning needs a new id."
        )
    wordings = {year: told[id(q)][1] for year, (q, _) in years.items()}
    return Asked(years[newest][1], tuple(years), wordings)


def _require_sound(found: Round) -> None:
    if found.frame.edition != found.edition.edition:
        raise HistoryError(
            f"the frame of {found.year} is of edition {found.frame.edition}, "
            f"not {found.edition.edition}"
        )
    lived_in = {str(code) for code in found.frame.data["municipality"].unique()}
    if absent := sorted(lived_in - set(found.took_part)):
        raise HistoryError(
            f"{found.year} has persons of {', '.join(absent)}, which did not take part"
        )
    for code in found.took_part:
        municipality(code, found.year)


def _cell_of_row(found: Round, cells: tuple[tuple[int, str], ...]) -> NDArray[np.int64]:
    place = {code: index for index, (year, code) in enumerate(cells) if year == found.year}
    lived_in = found.frame.data["municipality"].cat
    # A category without persons may be of a municipality that did not take part.
    by_category = [place.get(str(code), -1) for code in lived_in.categories]
    rows: NDArray[np.int64] = np.array(by_category, dtype=np.int64)[lived_in.codes]
    return rows


def _under(found: Round, rule: LevelRule) -> Round:
    """Derive the overall level, and the groups that look at it, by another rule."""
    if found.edition.level_rule == rule:
        return found
    asked = {variable.id for variable in found.edition.variables}
    if lacking := [area for area in rule.areas if area not in asked]:
        raise HistoryError(f"{found.year} does not ask {', '.join(lacking)}, which {rule.id} sums")
    edition = replace(found.edition, level_rule=rule)
    columns = {
        name: found.frame.column(name)
        for name in (*rule.areas, background.SUBSTANCE_PROBLEM.id, background.MENTAL_PROBLEM.id)
    }
    level = overall_level(edition, columns)
    derived = {OVERALL_LEVEL: level, ROP_GROUP: rop_group(edition, columns, level)}
    frame = replace(found.frame, data=found.frame.data.assign(**derived))
    return replace(found, frame=frame, edition=edition)


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(years)))
