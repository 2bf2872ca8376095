"""The data protection officer reads what was done in words."""

from __future__ import annotations

import re
from pathlib import Path

import brukerplan.actions
from brukerplan.actions.log_kinds import ACTS, LogKind
from brukerplan.web.assets import PACKAGE
from brukerplan.web.log_words import KINDS, WORDS

ROOMS = ("registration", "query", "quality", "letter", "opt_out", "duplicate", "import",
         "municipality", "unit", "invitation", "membership", "number", "key",
         "extract", "person", "legal_basis", "retention", "user")  # fmt: skip
ACT = re.compile(rf'"((?:{"|".join(ROOMS)})\.[a-z_]+)"')
# Columns, and permissions that happen to look like acts.
NO_ACTS = {"registration.id", "registration.read_progress"}


def acts() -> set[str]:
    """Every act that some use case writes down as one word."""
    folder = Path(next(iter(brukerplan.actions.__path__)))
    found = (ACT.findall(path.read_text(encoding="utf-8")) for path in folder.glob("*.py"))
    return {act for each in found for act in each} - NO_ACTS


def test_every_act_in_a_municipality_has_a_word() -> None:
    assert acts() - WORDS.keys() == set()


def test_acts_are_found_at_all() -> None:
    assert {"registration.saved", "opt_out.recorded", "municipality.approved"} <= acts()


def test_every_act_there_is_a_word_for_has_one_kind_and_every_kind_a_name() -> None:
    kinds = [act for acts_of_kind in ACTS.values() for act in acts_of_kind]
    assert len(kinds) == len(set(kinds))
    assert WORDS.keys() <= set(kinds)
    assert acts() <= set(kinds)
    assert KINDS.keys() == ACTS.keys() == set(LogKind)
    # A kind that names an act nobody does any more would filter for nothing.
    written = "".join(
        path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.name not in {"log_kinds.py", "log_words.py"}
    )
    composed = {
        "registration.found",
        "registration.deleted",
        "unit.submitted",
        "unit.nothing_to_report",
    }
    assert [act for act in kinds if f'"{act}"' not in written and act not in composed] == []
