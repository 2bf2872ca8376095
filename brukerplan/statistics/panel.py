"""The panel: the same persons over the years, and who cannot be followed.

A person is followed by the trust pseudonym. Those without one (municipalities that map
anonymously) are in the cross-sections and cannot be followed: they are never counted as
*entered* or *left*, but told apart as ``unfollowed``. "The year before" is always the year
before *in the panel*; whether a municipality took part every year is for the caller to see
to, by choosing `Groups`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brukerplan.questionnaire.schema import Variable
from brukerplan.statistics.frames import Frame
from brukerplan.statistics.tables import ALL

ABSENT = -1
"""Stands in `Panel.rows` where the person is not in the year, in `Groups` for no group."""

Indices = NDArray[np.int64]


class PanelError(ValueError):
    """The frames make no panel; names years and numbers of persons, never a person."""


class PersonTwiceError(PanelError):
    """A person has two rows in a year, and nobody can say which of them continues."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which group each row of each year's frame is in.

    Parameters
    ----------
    names
        The groups in order.
    by_year
        By year, an index into ``names`` for each row of the frame, int64 of shape
        (n_rows,); ``ABSENT`` for rows in none.
    """

    names: tuple[str, ...]
    by_year: Mapping[int, Indices] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Who is in which years.

    Parameters
    ----------
    frames
        One a year, oldest first.
    rows
        int64 of shape (n_persons, n_years), read-only: the person's row in the year's
        frame, ``ABSENT`` where there is none. The order of persons means nothing.
    unfollowed
        By year, bool of shape (n_rows,): rows of the frame that cannot be followed.
    twice
        Persons who were set aside because they have two rows in some year; all their rows
        are among the unfollowed.
    """

    frames: tuple[Frame, ...] = field(repr=False)
    rows: Indices = field(repr=False)
    unfollowed: tuple[NDArray[np.bool_], ...] = field(repr=False)
    twice: int = 0

    @property
    def years(self) -> tuple[int, ...]:
        """The years, ascending."""
        return tuple(frame.year for frame in self.frames)

    @property
    def there(self) -> NDArray[np.bool_]:
        """Whether each person is in each year, bool of shape (n_persons, n_years)."""
        present: NDArray[np.bool_] = self.rows != ABSENT
        return present

    @property
    def consecutive(self) -> tuple[tuple[int, int], ...]:
        """Every year with the next one."""
        return tuple(pairwise(self.years))

    def place(self, year: int) -> int:
        """Return which column of ``rows`` a year is.

        Raises
        ------
        PanelError
            When the panel does not have the year.
        """
        if year not in self.years:
            raise PanelError(f"the panel has {', '.join(map(str, self.years))}, not {year}")
        return self.years.index(year)

    def spread(self, values: Indices, year: int) -> Indices:
        """Give each person what their row of the year has; ``ABSENT`` to whoever has none.

        Parameters
        ----------
        values
            int64 of shape (n_rows of the year's frame,).

        Returns
        -------
        numpy.ndarray
            int64 of shape (n_persons,).
        """
        # The last place answers row -1, whoever is not there.
        found: Indices = np.append(values, np.int64(ABSENT))[self.rows[:, self.place(year)]]
        return found

    def fixed(self, years: Sequence[int] | None = None) -> Panel:
        """Return the fixed panel: those who are in every one of ``years`` (default: all).

        The panel returned has these years only. In it nobody enters or leaves.
        """
        wanted = sorted(set(self.years if years is None else years))
        places = [self.place(year) for year in wanted]
        rows = self.rows[:, places]
        return Panel(
            frames=tuple(self.frames[place] for place in places),
            rows=_frozen(rows[(rows != ABSENT).all(axis=1)]),
            unfollowed=tuple(self.unfollowed[place] for place in places),
            twice=self.twice,
        )


def follow(frames: Sequence[Frame], *, set_aside_twice: bool = False) -> Panel:
    """Recognise the persons of two or more years.

    Parameters
    ----------
    set_aside_twice
        Two municipalities may each have mapped a person who moved between them. Such a
        person makes the panel refused, or with this is set aside in all years and counted.

    Raises
    ------
    PersonTwiceError
        Somebody has two rows in a year; says in which years, and how many.
    PanelError
        Fewer than two years, or a year twice.
    """
    in_order = tuple(sorted(frames, key=lambda frame: frame.year))
    years = [frame.year for frame in in_order]
    if len(years) < 2 or len(set(years)) < len(years):
        raise PanelError(f"a panel takes two different years or more, not {years}")
    lengths = [len(frame.data) for frame in in_order]
    pseudonyms = pd.concat([frame.data["person"] for frame in in_order], ignore_index=True)
    codes, persons = pd.factorize(pseudonyms.to_numpy(dtype=object))
    by_year = np.split(codes.astype(np.int64), np.cumsum(lengths)[:-1])
    twice = _persons_twice(years, by_year, len(persons))
    if twice.any() and not set_aside_twice:
        raise PersonTwiceError(
            "persons have two rows in a year: "
            + ", ".join(
                f"{number} in {year}" for year, number in zip(years, twice.sum(axis=1), strict=True)
                if number
            )
        )  # fmt: skip
    aside = twice.any(axis=0)
    rows = np.full((len(persons), len(years)), ABSENT, dtype=np.int64)
    unfollowed = []
    for place, person in enumerate(by_year):
        # The last place answers code -1, a row without pseudonym.
        known = ~np.append(aside, True)[person]
        rows[person[known], place] = np.flatnonzero(known)
        unfollowed.append(~known)
    return Panel(in_order, _frozen(rows[~aside]), tuple(unfollowed), int(aside.sum()))


def groups_by_variable(frames: Sequence[Frame], variable: Variable) -> Groups:
    """Group by a single choice or a derived variable, such as user group, gender or age group.

    A person is in the group of their answer *in each year*, and may change it.
    """
    names = tuple(code.id for code in variable.codes)
    numbers = np.array([code.number for code in variable.codes])
    by_year = {}
    for frame in frames:
        same = frame.column(variable.id)[:, np.newaxis] == numbers
        by_year[frame.year] = np.where(same.any(axis=1), same.argmax(axis=1), ABSENT)
    return Groups(names, by_year)


def groups_by_municipality(
    frames: Sequence[Frame], areas: Mapping[int, Mapping[str, str]]
) -> Groups:
    """Group by where the municipality of the row belongs.

    Parameters
    ----------
    areas
        By year, the group of each municipality code valid in that year; codes that are left
        out are in no group. That a merger is crossed, and that only those who took part
        every year are in, is said here.
    """
    names = tuple(sorted({name for of_year in areas.values() for name in of_year.values()}))
    index = {name: place for place, name in enumerate(names)}
    by_year = {}
    for frame in frames:
        of_year = areas.get(frame.year, {})
        municipality = frame.data["municipality"].cat
        lookup = [
            index[of_year[code]] if code in of_year else ABSENT
            for code in map(str, municipality.categories)
        ]
        # The last place answers code -1, a row without municipality.
        by_year[frame.year] = np.array([*lookup, ABSENT], dtype=np.int64)[municipality.codes]
    return Groups(names, by_year)


def groups_or_all(panel: Panel, groups: Groups | None) -> Groups:
    """Return the groups, or one group of everybody where there are none."""
    if groups is not None:
        return groups
    everybody = {frame.year: np.zeros(len(frame.data), dtype=np.int64) for frame in panel.frames}
    return Groups((ALL,), everybody)


def _persons_twice(
    years: Sequence[int], by_year: Sequence[Indices], n_persons: int
) -> NDArray[np.bool_]:
    """Bool of shape (n_years, n_persons): who has two rows or more in the year."""
    twice = np.zeros((len(years), n_persons), dtype=np.bool_)
    for place, person in enumerate(by_year):
        twice[place] = np.bincount(person[person >= 0], minlength=n_persons) > 1
    return twice


def _frozen(rows: Indices) -> Indices:
    rows.flags.writeable = False
    return rows
