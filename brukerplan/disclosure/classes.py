"""k-anonymity: how many persons share all that others may know of a person.

A person's rows are linked by the file's pseudonym, so what others may know is the whole course:
the years, and place, age and the rest in each of them. Two persons are in one class when their
courses are equal. Where persons are not followed, every year of a person is a course by itself.

Method: Samarati and Sweeney 1998, with the course in the place of the single row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brukerplan.disclosure.extract import PERSON, YEAR, Definition, ExtractPolicy

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Classes:
    """What is told of an extract before anybody approves it.

    Parameters
    ----------
    persons
        Persons in all; where they are not followed, a person counts once a year.
    smallest
        Persons in the smallest class; 0 when there is nobody.
    small_classes, left_out
        Classes below the policy's size, and the persons in them: they are left out.
    """

    persons: int
    smallest: int
    small_classes: int
    left_out: int

    @property
    def kept(self) -> int:
        """Persons in the file."""
        return self.persons - self.left_out

    def allowed(self, policy: ExtractPolicy) -> bool:
        """Whether the policy lets the extract be approved."""
        most = policy.most_left_out.value * self.persons
        return self.kept > 0 and 100 * self.left_out <= most


def units(rows: pd.DataFrame, definition: Definition) -> Numbers:
    """Number whoever the file shows as one, int64 of shape (n_rows,).

    A person, or a person in a year where they are not followed. Those without a pseudonym are
    each somebody else.
    """
    codes, _ = pd.factorize(rows[PERSON])
    unknown = codes < 0
    codes[unknown] = codes.max(initial=-1) + 1 + np.arange(unknown.sum())
    if not definition.follows_persons:
        return _together([codes, rows[YEAR].to_numpy(dtype=np.int64)])
    return codes.astype(np.int64)


def class_sizes(unit: Numbers, known: Sequence[Numbers]) -> Numbers:
    """Count, for each row, the units whose course is that of the row's unit.

    Parameters
    ----------
    unit
        Who the row is about, int64 of shape (n_rows,).
    known
        What others may know, one array of codes a column.

    Examples
    --------
    Two who were mapped in the same place in both years, and one who was in the first alone:

    >>> unit = np.array([0, 0, 1, 1, 2])
    >>> year, place = np.array([25, 26, 25, 26, 25]), np.array([7, 7, 7, 7, 7])
    >>> class_sizes(unit, [year, place]).tolist()
    [2, 2, 2, 2, 1]
    """
    if not len(unit):
        return np.zeros(0, dtype=np.int64)
    row = _together(known)
    _, unit = np.unique(unit, return_inverse=True)
    order = np.lexsort((row, unit))
    sizes = np.bincount(unit)
    # Each unit's rows side by side, so that equal courses are equal lines.
    place = np.arange(len(unit)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    course = np.full((len(sizes), sizes.max()), -1, dtype=np.int64)
    course[unit[order], place] = row[order]
    _, of_unit, counts = np.unique(course, axis=0, return_inverse=True, return_counts=True)
    found: Numbers = counts[of_unit.reshape(-1)][unit]
    return found


def classes_of(
    rows: pd.DataFrame, definition: Definition, policy: ExtractPolicy
) -> tuple[Classes, NDArray[np.bool_]]:
    """Return the classes of an extract, and which of its rows may be in the file."""
    unit = units(rows, definition)
    known = [pd.factorize(rows[name])[0] for name in definition.quasi_identifiers(policy)]
    sizes = class_sizes(unit, known)
    _, first = np.unique(unit, return_index=True)
    by_unit = sizes[first]
    small = by_unit[by_unit < policy.smallest_class.value]
    found = Classes(
        persons=len(by_unit),
        smallest=int(by_unit.min(initial=len(by_unit))),
        # A class of three is met three times.
        small_classes=round(float((1 / small).sum())),
        left_out=len(small),
    )
    return found, sizes >= policy.smallest_class.value


def _together(columns: Sequence[NDArray[np.integer]]) -> Numbers:
    """Number the combinations of the columns' codes."""
    found = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, codes = np.unique(column, return_inverse=True)
        # Numbered anew at each step: the product of many columns would not fit.
        _, found = np.unique(found * (codes.max(initial=0) + 1) + codes, return_inverse=True)
    return found
