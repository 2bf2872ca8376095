"""Two years of an analyst's file: who is in which, each person once a year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import click

from brukerplan.cli.analyst_file import AnalystFile, read_file, refuse_rows, refuse_where, told

_YEAR = re.compile(r"[0-9]{1,4}", re.ASCII)
# At most what can be printed with decimals left; of exponents those that programs write by
# themselves. 1e999999999 would never be finished.
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,30})?([eE]-[0-9]{1,2})?", re.ASCII)

Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class TwoYears:
    """The rows of two years.

    Parameters
    ----------
    value
        The column that is followed.
    pairs
        By person, the place of their row in each year; ``None`` where there is none.
    """

    file: AnalystFile
    value: str
    pairs: Sequence[Pair] = field(repr=False)

    @property
    def cells(self) -> Sequence[str]:
        """The followed column, of every row of the file."""
        return self.file.columns[self.value]

    @property
    def places(self) -> list[int]:
        """The places of the rows that are in one of the years."""
        return [place for pair in self.pairs for place in pair if place is not None]

    def refuse(self, what: str, wrong: frozenset[str] | set[str]) -> None:
        """Refuse the lines of the two years whose cell is one of these."""
        refuse_where(self.file, self.value, what, wrong.__contains__, self.places)


def read_two_years(
    path: Path, *, person: str, year: str, value: str, first: int, second: int
) -> TwoYears:
    """Read the file and line the persons of two years up.

    Raises
    ------
    click.ClickException
        Everything `read_file` refuses; a row of the file without person or with a year that
        is none, a person twice in any year, years without anybody or without anybody in
        common, and an empty value in one of the two years.
    """
    if first >= second:
        raise click.ClickException(f"--from {first} must be before --to {second}")
    file = read_file(path, [person, year, value])
    persons = file.columns[person]
    refuse_where(file, person, "is empty", lambda cell: not cell)
    refuse_where(file, year, "is not a year", lambda cell: not _YEAR.fullmatch(cell))
    years = [int(cell) for cell in file.columns[year]]
    rows = list(zip(persons, years, strict=True))
    times = Counter(rows)
    refuse_rows(
        "the same person more than once in a year",
        (line for line, row in zip(file.lines, rows, strict=True) if times[row] > 1),
    )
    places: dict[str, list[int | None]] = {}
    for place, (who, at) in enumerate(rows):
        if at in (first, second):
            places.setdefault(who, [None, None])[at == second] = place
    pairs: list[Pair] = [(before, after) for before, after in places.values()]
    _require_somebody(file, pairs, (first, second))
    found = TwoYears(file, value, pairs)
    found.refuse("is empty", {""})
    return found


def exact_numbers(found: TwoYears, missing: frozenset[str]) -> dict[str, Fraction | None]:
    """Return what each text in the followed column is, exactly; ``None`` for ``missing``."""

    def strange(cell: str) -> bool:
        return cell not in missing and not _NUMBER.fullmatch(cell)

    what = "is not a number (at most 12 digits, and decimals)"
    refuse_where(found.file, found.value, what, strange, found.places)
    return {
        cell: None if cell in missing else Fraction(cell.replace(",", "."))
        for cell in {found.cells[place] for place in found.places}
    }


def _require_somebody(file: AnalystFile, pairs: Sequence[Pair], years: tuple[int, int]) -> None:
    lines = [
        sorted(file.lines[place] for pair in pairs if (place := pair[i]) is not None)
        for i in (0, 1)
    ]
    for year, found in zip(years, lines, strict=True):
        if not found:
            raise click.ClickException(
                f"nobody is in {year}: no row from line {file.lines[0]} to line "
                f"{file.lines[-1]} is of that year"
            )
    if not any(None not in pair for pair in pairs):
        (first, second), (before, after) = years, map(told, lines)
        raise click.ClickException(
            f"the panel is empty: nobody is in both {first} ({before}) and {second} ({after})"
        )
