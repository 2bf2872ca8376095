"""How the municipalities of one year continue in the next.

The borders decide, not the change's label in the source: a code that stays and takes
another in has two predecessors, and a municipality with several successors was split.
"""

from __future__ import annotations

from functools import cache

from brukerplan.geography.register import read_rows, register


@cache
def successors(code: str, year: int) -> frozenset[str]:
    """Return the codes of ``year`` that the municipality ``code`` of the year before went to."""
    changed = _changes().get((year, code))
    return changed if changed is not None else frozenset({code})


@cache
def predecessors(code: str, year: int) -> frozenset[str]:
    """Return the codes of the year before that the municipality ``code`` of ``year`` came from."""
    return _origins(year).get(code, frozenset())


def unsplit(code: str, year: int) -> bool:
    """Tell whether ``code`` of the year before lies whole within one municipality of ``year``."""
    return len(successors(code, year)) == 1


@cache
def _changes() -> dict[tuple[int, str], frozenset[str]]:
    changes: dict[tuple[int, str], frozenset[str]] = {}
    for row in read_rows("municipality_changes.csv"):
        key = int(row["year"]), row["old_code"]
        changes[key] = changes.get(key, frozenset()) | {row["new_code"]}
    return changes


@cache
def _origins(year: int) -> dict[str, frozenset[str]]:
    origins: dict[str, frozenset[str]] = {}
    for place in register().values():
        if place.valid_in(year - 1):
            for new in successors(place.code, year):
                origins[new] = origins.get(new, frozenset()) | {place.code}
    return origins
