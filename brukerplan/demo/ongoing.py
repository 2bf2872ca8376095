"""How far the units have come in the open round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from brukerplan.demo.population import MappedYear
from brukerplan.demo.tree import Tree
from brukerplan.demo.units import UNIT_KINDS
from brukerplan.demo.written import as_draft
from brukerplan.questionnaire.registry import edition


@dataclass(frozen=True, slots=True)
class UnitSoFar:
    """What a unit has done.

    Parameters
    ----------
    begun
        Share of its persons with a registration, from 0 to 1.
    drafts
        How many of these are drafts.
    submitted
        The unit has submitted its mapping (it then has no drafts).
    approved
        Its municipality approves as soon as all its units have submitted.
    """

    begun: float
    drafts: int = 0
    submitted: bool = False
    approved: bool = False


DONE = UnitSoFar(1.0, submitted=True)
APPROVED = UnitSoFar(1.0, submitted=True, approved=True)

# Where the demo accounts work, chosen so that each has something to do next.
BY_NAME: Mapping[tuple[str, str], UnitSoFar] = {
    ("1103", "follow_up_team"): UnitSoFar(0.80, drafts=6),
    ("1103", "home_services"): DONE,
    ("1103", "substance_and_mental_health"): DONE,
    ("1108", "follow_up_team"): UnitSoFar(0.60, drafts=4),
    ("1108", "home_services"): UnitSoFar(0.85, drafts=12),
    ("1108", "substance_and_mental_health"): DONE,
    ("1144", "substance_and_mental_health"): UnitSoFar(0.75, drafts=1),
    ("1144", "home_services"): DONE,
}


def units_of_open_round(mapped: MappedYear, tree: Tree) -> dict[int, UnitSoFar]:
    """Return how far each unit has come, by unit id; the same every time."""
    return {
        unit_id: BY_NAME.get((code, UNIT_KINDS[kind].id)) or _elsewhere(code, kind)
        for code in mapped.took_part
        for kind, unit_id in tree.units_of(code)
    }


def ongoing_rows(
    rows: Sequence[dict[str, Any]], mapped: MappedYear, units: Mapping[int, UnitSoFar]
) -> list[dict[str, Any]]:
    """Keep of a full year's rows what the units have done so far, some as drafts."""
    questionnaire = edition(mapped.edition)
    by_unit: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["unit_id"], []).append(row)
    found: list[dict[str, Any]] = []
    for unit_id, every in by_unit.items():
        unit = units[unit_id]
        in_turn = sorted(every, key=lambda row: (row["created_at"], row["case_label"]))
        begun = in_turn[: round(unit.begun * len(in_turn))]
        finished = begun[: max(len(begun) - unit.drafts, 0)]
        found += finished
        found += [
            as_draft(row, questionnaire, 1 + at % (len(questionnaire.sections) - 1))
            for at, row in enumerate(begun[len(finished) :])
        ]
    return found


def _elsewhere(code: str, kind: int) -> UnitSoFar:
    """A third of the municipalities are done, the others on their way."""
    pace = crc32(f"{code}/pace".encode()) % 9
    if pace < 2:
        return APPROVED
    if pace < 4:
        return DONE
    own = crc32(f"{code}/{kind}".encode()) % 10
    return DONE if own < 3 else UnitSoFar(own / 10, drafts=own % 4)
