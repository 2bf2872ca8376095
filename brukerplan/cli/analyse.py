"""An analyst's commands on files of persons, for those who hold the file.

Everything printed is exact and unprotected, and says so: it is internal.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brukerplan.cli.analyst_file import read_file, refuse_where
from brukerplan.cli.analyst_panel import exact_numbers, read_two_years
from brukerplan.translation import translator

if TYPE_CHECKING:
    from brukerplan.statistics.homogeneity import HomogeneityTest
    from brukerplan.statistics.transitions import Counts

# More different values are no states: somebody named the wrong column.
_MOST_VALUES = 100
# What `describe` adds to the columns of the file.
_NUMBERS = ("count", "base", "share", "low", "high")
# A float gives fifteen decimal digits back as they were written.
_DIGITS, _MOST_PLACES = 15, 12

_file = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
_person = click.option("--person", required=True, help="Column that tells who it is.")
_year = click.option("--year", required=True, help="Column with the year.")
_from = click.option("--from", "first", type=int, required=True, help="The earlier year.")
_to = click.option("--to", "second", type=int, required=True, help="The later year.")
_missing = click.option(
    "--missing", help="Values that are no answer, with commas: -1,-2,-3 in extracts."
)


@click.group()
def analyse() -> None:
    """Analyse a file of persons; what is printed is internal."""


@analyse.command()
@_file
@_person
@_year
@click.option("--state", required=True, help="Column with the state.")
@_from
@_to
@click.option("--order", help="States with commas, from the best to the worst.")
@_missing
def panel(
    file: Path,
    person: str,
    year: str,
    state: str,
    first: int,
    second: int,
    order: str | None,
    missing: str | None,
) -> None:
    """Print from which state to which the same persons went, as JSON."""
    import numpy as np

    from brukerplan.statistics.panel import ABSENT
    from brukerplan.statistics.transitions import ENTERED, LEFT, count_moves

    _require_different(person, year, state)
    ordered, without = None if order is None else _ordered(order), _values(missing)
    if without.intersection(ordered or ()):
        raise click.ClickException("a state is in --order or in --missing, not in both")
    found = read_two_years(file, person=person, year=year, value=state, first=first, second=second)
    there = {found.cells[place] for place in found.places}
    if ordered is not None:
        found.refuse("is neither in --order nor in --missing", there - without.union(ordered))
    found.refuse(
        f"cannot be {ENTERED!r} or {LEFT!r}, which the matrix adds", there & {ENTERED, LEFT}
    )
    states = (*(ordered or sorted(there - without)), *sorted(there & without))
    _refuse_many(state, states)
    index = {name: place for place, name in enumerate(states)}
    before, after = np.array(
        [[ABSENT if p is None else index[found.cells[p]] for p in pair] for pair in found.pairs],
        dtype=np.int64,
    ).T
    counts = count_moves(before, after, n_states=len(states))[0]
    _print(
        {
            "state": state,
            "from": first,
            "to": second,
            "matrix": {
                row: dict(zip((*states, LEFT), map(int, numbers), strict=True))
                for row, numbers in zip((*states, ENTERED), counts, strict=True)
            },
            "stayers": int(counts[:-1, :-1].sum()),
            "left": int(counts[:-1, -1].sum()),
            "entered": int(counts[-1, :-1].sum()),
            **({} if ordered is None else _direction(counts[:-1, :-1], states, ordered)),
        }
    )


@analyse.command()
@_file
@_person
@_year
@click.option("--indicator", required=True, help="Column with numbers; ones and zeros: a share.")
@_from
@_to
@_missing
def decompose(
    file: Path, person: str, year: str, indicator: str, first: int, second: int, missing: str | None
) -> None:
    """Print how the change of a mean splits between who stayed, left and entered, as JSON."""
    from brukerplan.statistics.decompose import decompose_values
    from brukerplan.statistics.rounding import rounded_parts

    _require_different(person, year, indicator)
    read = read_two_years(
        file, person=person, year=year, value=indicator, first=first, second=second
    )
    value = exact_numbers(read, _values(missing))
    before, after = (
        [None if (p := pair[i]) is None else value[read.cells[p]] for pair in read.pairs]
        for i in (0, 1)
    )
    found = decompose_values(before, after)
    parts = {"stayers": found.stayers, "leavers": found.leavers, "entrants": found.entrants}
    whole_digits = len(str(int(max(map(abs, (found.total, *parts.values()))))))
    shown = rounded_parts(list(parts.values()), max(0, min(_MOST_PLACES, _DIGITS - whole_digits)))
    _print(
        {
            "indicator": indicator,
            "from": first,
            "to": second,
            "total": float(sum(shown)),
            **{name: float(part) for name, part in zip(parts, shown, strict=True)},
            "exact": {name: str(part) for name, part in {"total": found.total, **parts}.items()},
            "means": {"from": str(found.before.mean), "to": str(found.after.mean)},
            "persons": {
                "stayers": found.persons_stayed,
                "leavers": found.persons_left,
                "entrants": found.persons_entered,
            },
            "without_answer": sum(value[read.cells[place]] is None for place in read.places),
        }
    )


@analyse.command()
@_file
@click.option("--variable", required=True, help="Column whose values are counted.")
@click.option("--by", help="Columns to count by, with commas, such as year,area.")
@_missing
def describe(file: Path, variable: str, by: str | None, missing: str | None) -> None:
    """Print counts, bases and shares with 95 % Wilson intervals, as JSON."""
    from brukerplan.statistics.intervals import wilson

    columns = () if by is None else tuple(name.strip() for name in by.split(","))
    _require_different(variable, *columns)
    if taken := {variable, *columns}.intersection(_NUMBERS):
        raise click.ClickException(f"rename the column {', '.join(sorted(taken))} in the file")
    read, without = read_file(file, [variable, *columns]), _values(missing)
    refuse_where(read, variable, "is empty", lambda cell: not cell)
    answers = read.columns[variable]
    values = sorted(set(answers) - without)
    _refuse_many(variable, values)
    groups = list(zip(*(read.columns[name] for name in columns), strict=True))
    counts = Counter(zip(groups or [()] * len(answers), answers, strict=True))
    rows = []
    for group in sorted({group for group, _ in counts}):
        base = sum(counts[group, value] for value in values)
        for value in values if base else ():
            count = counts[group, value]
            interval = wilson(count, base)
            rows.append(
                {
                    **dict(zip(columns, group, strict=True)),
                    variable: value,
                    "count": count,
                    "base": base,
                    "share": count / base,
                    "low": interval.low,
                    "high": interval.high,
                }
            )
    lacking = sum(number for (_, value), number in counts.items() if value in without)
    _print({"variable": variable, "by": columns, "rows": rows, "without_answer": lacking})


def _direction(stayers: Counts, states: Sequence[str], ordered: Sequence[str]) -> dict[str, object]:
    from brukerplan.statistics.homogeneity import bhapkar, mcnemar_exact, stuart_maxwell
    from brukerplan.statistics.orders import changes

    found = changes(stayers, states, [(state,) for state in ordered])
    # The states with an order come first.
    table = stayers[: len(ordered), : len(ordered)]
    tests: Mapping[str, Callable[[Counts], HomogeneityTest]] = (
        {"mcnemar": mcnemar_exact}
        if len(ordered) == 2
        else {"stuart_maxwell": stuart_maxwell, "bhapkar": bhapkar}
    )
    return {
        "best": ordered[0],
        "worst": ordered[-1],
        "improved": found.improved,
        "unchanged": found.unchanged,
        "worsened": found.worsened,
        "left_out": found.left_out,
        **{name: _outcome(test, table) for name, test in tests.items()},
    }


def _outcome(test: Callable[[Counts], HomogeneityTest], table: Counts) -> dict[str, object]:
    from brukerplan.statistics.refusals import NotAnswerableError

    try:
        found = test(table)
    except NotAnswerableError as error:
        # The counts stand without the test, which says why it is not there.
        return {"refused": error.text(translator("nb"))}
    degrees = {} if found.df is None else {"df": found.df}
    return {"statistic": found.statistic, **degrees, "p": found.p}


def _ordered(order: str) -> tuple[str, ...]:
    states = tuple(state.strip() for state in order.split(","))
    if len(states) < 2 or "" in states or len(set(states)) < len(states):
        raise click.ClickException("--order takes two different states or more, with commas")
    return states


def _values(text: str | None) -> frozenset[str]:
    return frozenset(value.strip() for value in (text or "").split(",")) - {""}


def _require_different(*columns: str) -> None:
    if len(set(columns)) < len(columns) or "" in columns:
        raise click.ClickException("name a different column each time")


def _refuse_many(column: str, values: Iterable[str]) -> None:
    if (number := len(set(values))) > _MOST_VALUES:
        raise click.ClickException(
            f"{column} has {number} different values, which is more than {_MOST_VALUES}: "
            "is it the right column?"
        )


def _print(found: dict[str, object]) -> None:
    from brukerplan.disclosure.internal import InternalTable

    marked = {"marking": InternalTable.marking, **found}
    click.echo(json.dumps(marked, ensure_ascii=False, indent=2))
