"""Counts by municipality, part and category."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire.levels import USER_GROUP
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.statistics.frames import Frame, require_complete
from brukerplan.statistics.tables import USER_GROUPS_OF_PART, TableSpec, tables_for

# Every code, "unknown" included, lies below this; numbers are cut at ``top`` before.
_GREATEST_NUMBER = 127


class UnknownTableError(ValueError):
    """The frame has no such column, or the table no such part or category."""


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """Unprotected counts of one table in one year.

    Parameters
    ----------
    municipalities
        Codes valid in ``year``, ascending; those without registrations have zeros.
    counts
        int64 of shape (n_municipalities, n_parts, n_categories), read-only.
    """

    spec: TableSpec
    year: int
    municipalities: tuple[str, ...]
    counts: NDArray[np.int64]

    def of(self, part: str, categories: Sequence[str] | None = None) -> NDArray[np.int64]:
        """Sum the categories (``None``: all, that is the base) of a part.

        Returns
        -------
        numpy.ndarray
            int64 of shape (n_municipalities,).

        Raises
        ------
        UnknownTableError
            When the table has no such part or category.
        """
        if part not in self.spec.parts:
            raise UnknownTableError(f"table {self.spec.id!r} has no part {part!r}")
        of_part = self.counts[:, self.spec.parts.index(part), :]
        ids = self.spec.category_ids
        wanted = ids if categories is None else tuple(categories)
        if unknown := set(wanted) - set(ids):
            raise UnknownTableError(f"table {self.spec.id!r} has no category {sorted(unknown)}")
        total: NDArray[np.int64] = of_part[:, [ids.index(code) for code in wanted]].sum(axis=1)
        return total


def count(frame: Frame, spec: TableSpec, municipalities: Iterable[str] = ()) -> CountTable:
    """Count one table.

    Persons to whom the question was not asked or did not apply, and those without an
    answer, are outside; "unknown" is a category like the others. So is anyone whose user
    group is not known, who belongs to no part.

    Parameters
    ----------
    municipalities
        Codes of all that took part; those without rows get zeros. Codes found in the
        frame are always counted.

    Raises
    ------
    UnknownTableError
        When the frame has no such column.

    Notes
    -----
    One ``bincount`` over the combined code (municipality, part, category): on a national
    year some hundred times faster than grouping.
    """
    if spec.column not in frame.data.columns:
        raise UnknownTableError(f"the frame has no column {spec.column!r}")
    codes, in_frame = _municipality_codes(frame)
    every = tuple(sorted(set(in_frame) | set(municipalities)))
    place = np.searchsorted(np.array(every, dtype=np.str_), np.array(in_frame, dtype=np.str_))
    part = _part_index(spec)[frame.column(USER_GROUP.id)]
    category = category_index(frame.column(spec.column), spec)
    inside = (part >= 0) & (category >= 0)
    n_parts, n_categories = len(spec.parts), len(spec.categories)
    combined = (place[codes[inside]] * n_parts + part[inside]) * n_categories + category[inside]
    cells = np.bincount(combined, minlength=len(every) * n_parts * n_categories)
    counts = cells.astype(np.int64).reshape(len(every), n_parts, n_categories)
    counts.flags.writeable = False
    return CountTable(spec=spec, year=frame.year, municipalities=every, counts=counts)


def count_tables(
    frame: Frame, q: Questionnaire, municipalities: Iterable[str] = ()
) -> tuple[CountTable, ...]:
    """Count every table of the edition, the only input that `links` speaks the truth about.

    Raises
    ------
    IncompleteFrameError
        When a person lacks an answer to a question that applies: the equations between
        tables would then not hold, and protection that rests on them would be false.
    """
    require_complete(frame, q)
    took_part = tuple(municipalities)
    return tuple(count(frame, spec, took_part) for spec in tables_for(q))


def category_index(values: NDArray[np.int16], spec: TableSpec) -> NDArray[np.int64]:
    """Return the place of each code in the table's categories, -1 for those outside it.

    Parameters
    ----------
    values
        int16 codes of the table's column, of shape (n_rows,).
    """
    lookup = np.full(2 * _GREATEST_NUMBER, -1, dtype=np.int64)
    for index, (_, code_number) in enumerate(spec.categories):
        lookup[code_number] = index
    if spec.top is not None:
        values = np.minimum(values, np.int16(spec.top))
    indices: NDArray[np.int64] = lookup[values]
    return indices


def _municipality_codes(frame: Frame) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    categorical = frame.data["municipality"].cat
    codes: NDArray[np.int64] = categorical.codes.to_numpy().astype(np.int64)
    return codes, tuple(map(str, categorical.categories))


def _part_index(spec: TableSpec) -> NDArray[np.int64]:
    """Lookup by user group number; the negative numbers of missing wrap to the end, -1 too."""
    lookup = np.full(2 * _GREATEST_NUMBER, -1, dtype=np.int64)
    for index, part in enumerate(spec.parts):
        for group in USER_GROUPS_OF_PART[part]:
            lookup[USER_GROUP.code(group).number] = index
    return lookup
