"""Reading an analyst's file: named columns, each row with its line in the file.

What is wrong is told by line and by the column that was asked for. Nothing that stands in
the file is ever repeated: where the wrong column was named, it may be who somebody is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from brukerplan.files.csv_file import decoded
from brukerplan.files.errors import NotASpreadsheetError

_LINES_TOLD = 10


@dataclass(frozen=True, slots=True)
class AnalystFile:
    """The wanted columns of a file; ``lines`` says where each row stands, from 1."""

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]] = field(repr=False)


def read_file(path: Path, wanted: Sequence[str]) -> AnalystFile:
    """Read columns of a CSV file, separated by comma, semicolon or tab, by their headings.

    Raises
    ------
    click.ClickException
        The file cannot be read, is empty, lacks a column or has it twice, or a row has more
        or fewer cells than there are headings.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror}") from error
    if not content.strip():
        raise click.ClickException(f"{path} is empty")
    try:
        text, separator, above = decoded(content)
    except NotASpreadsheetError:
        raise click.ClickException(f"{path} is not a text file with columns (CSV)") from None
    rows = _rows(path, text, separator, above)
    if not rows:
        raise click.ClickException(f"{path} is empty")
    (_, headings), *below = rows
    places = {name: _place(path, headings, name) for name in wanted}
    if not below:
        raise click.ClickException(f"{path} has no rows below its headings")
    refuse_rows(
        "not as many cells as there are headings",
        (line for line, cells in below if len(cells) != len(headings)),
    )
    columns = {name: [cells[place] for _, cells in below] for name, place in places.items()}
    return AnalystFile([line for line, _ in below], columns)


def refuse_where(
    file: AnalystFile,
    column: str,
    what: str,
    wrong: Callable[[str], bool],
    places: Iterable[int] | None = None,
) -> None:
    """Refuse the lines whose cell is wrong; of all rows, or of those at ``places``."""
    cells = file.columns[column]
    every = range(len(cells)) if places is None else places
    refuse_rows(f"{column} {what}", (file.lines[place] for place in every if wrong(cells[place])))


def refuse_rows(what: str, lines: Iterable[int]) -> None:
    """Say what is wrong with which lines, if there are any."""
    found = sorted(lines)
    if found:
        raise click.ClickException(f"{told(found)}: {what}")


def told(lines: Sequence[int]) -> str:
    """Name lines, the first ten of them.

    >>> told([3]), told([3, 9, 4])
    ('line 3', 'lines 3, 9, 4')
    """
    named = ", ".join(map(str, lines[:_LINES_TOLD]))
    more = f" and {len(lines) - _LINES_TOLD} more" if len(lines) > _LINES_TOLD else ""
    return f"line{'s' if len(lines) > 1 else ''} {named}{more}"


def _rows(path: Path, text: str, separator: str, above: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                # A cell in quotes may go over several lines; a row stands where it begins.
                rows.append((above + before + 1, stripped))
            before = reader.line_num
    except csv.Error:
        # Its message may hold what stands in the file.
        line = above + reader.line_num
        raise click.ClickException(f"{path}, line {line}: cannot be read as CSV") from None
    return rows


def _place(path: Path, headings: Sequence[str], name: str) -> int:
    times = headings.count(name)
    if times == 1:
        return headings.index(name)
    what = "no column" if not times else f"{times} columns"
    raise click.ClickException(f"{path} has {what} {name!r} in its first row of cells")
