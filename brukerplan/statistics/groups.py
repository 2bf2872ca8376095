"""The groups a description is divided by, as data.

A breakdown divides the persons of a history into groups that never overlap. A group is told
by answers, so that whatever keeps a question's years apart keeps the group's apart too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire import levels
from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire import questions_children as children
from brukerplan.questionnaire import questions_services as services
from brukerplan.questionnaire import questions_substances as substances
from brukerplan.questionnaire.schema import Variable
from brukerplan.statistics.describe import category_index
from brukerplan.statistics.frames import Frame
from brukerplan.statistics.harmonise import History
from brukerplan.statistics.tables import ALL, TableSpec

RECEIVES = ("receives_covers", "receives_not_covers")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to ``table`` is one of these categories."""

    table: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Whoever meets every clause; a clause is met by any of its answers. None: everybody."""

    id: str
    clauses: tuple[tuple[Answer, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups that never overlap; together they need not be everybody."""

    id: str
    groups: tuple[Group, ...]

    def tables(self) -> frozenset[str]:
        """Return the questions the groups are told by."""
        return frozenset(
            answer.table for group in self.groups for clause in group.clauses for answer in clause
        )

    def years(self, history: History) -> frozenset[int]:
        """Return the years in which every one of these questions was asked.

        Raises
        ------
        NotComparableError, UnknownTableError
            One of the questions cannot be compared over the years.
        """
        asked = [frozenset(history.asked(table).years) for table in sorted(self.tables())]
        return frozenset(history.years).intersection(*asked)

    def rows(self, history: History) -> Mapping[int, NDArray[np.int64]]:
        """Tell by year, for each person, the place of their group in ``groups``; -1 for none.

        Returns
        -------
        dict
            int64 of shape (n_rows,) by each of `years`.

        Raises
        ------
        OverlappingGroupsError
            Somebody is in two of them.
        NotComparableError, UnknownTableError
            As for `years`.
        """
        specs = {table: history.asked(table).spec for table in self.tables()}
        years = self.years(history)
        return {
            found.year: self._of_round(found.frame, specs)
            for found in history.rounds
            if found.year in years
        }

    def _of_round(self, frame: Frame, specs: Mapping[str, TableSpec]) -> NDArray[np.int64]:
        rows = np.full(len(frame.data), -1, dtype=np.int64)
        answered = {
            table: category_index(frame.column(spec.column), spec) for table, spec in specs.items()
        }
        for place, group in enumerate(self.groups):
            inside = np.ones(len(rows), dtype=np.bool_)
            for clause in group.clauses:
                met = np.zeros(len(rows), dtype=np.bool_)
                for answer in clause:
                    ids = specs[answer.table].category_ids
                    wanted = [ids.index(each) for each in answer.categories]
                    met |= np.isin(answered[answer.table], wanted)
                inside &= met
            if (rows[inside] >= 0).any():
                raise OverlappingGroupsError(f"{self.id!r} has persons in two of its groups")
            rows[inside] = place
        return rows


class OverlappingGroupsError(ValueError):
    """Groups that are counted together would count somebody twice."""


def _one(group_id: str, clauses: Iterable[tuple[Answer, ...]]) -> Breakdown:
    return Breakdown(group_id, (Group(group_id, tuple(clauses)),))


def _by_answer(variable: Variable) -> Breakdown:
    groups = (Group(code.id, ((Answer(variable.id, (code.id,)),),)) for code in variable.codes)
    return Breakdown(variable.id, tuple(groups))


EVERYBODY = Breakdown(ALL, (Group(ALL),))
GENDER = _by_answer(background.GENDER)
AGE_GROUP = _by_answer(levels.AGE_GROUP)
USER_GROUP = _by_answer(levels.USER_GROUP)
ROP = _one(
    "rop",
    (
        (Answer(background.SUBSTANCE_PROBLEM.id, ("serious",)),),
        (Answer(background.MENTAL_PROBLEM.id, ("serious",)),),
    ),
)
"""A serious substance problem and a serious mental-health problem at once."""
LAR = _one("lar", ((Answer(substances.LAR.id, ("in_lar",)),),))
WITH_CHILDREN = _one(
    "with_children",
    ((Answer(children.DAILY_CARE.id, ("yes",)), Answer(children.CONTACT.id, ("yes",))),),
)
"""Daily care of children under 18 or contact with them: the two that every edition asks."""
RECEIVES_TSB = _one(
    "receives_tsb",
    (
        (
            Answer(services.TSB_OUTPATIENT.id, RECEIVES),
            Answer(services.TSB_INPATIENT.id, RECEIVES),
        ),
    ),
)
"""Outpatient or inpatient specialised treatment: day treatment is first asked in 2026, and
would make the group larger from then on."""

BREAKDOWNS = (EVERYBODY, GENDER, AGE_GROUP, USER_GROUP, ROP, LAR, WITH_CHILDREN, RECEIVES_TSB)
"""What every description is divided by (domain page, section 9)."""
