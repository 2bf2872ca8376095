"""The data protection officer reads what was done in words."""

from __future__ import annotations

import re
from pathlib import Path

import brukerplan.actions
from brukerplan.web.log_words import WORDS

ROOMS = ("registration", "query", "quality", "letter", "opt_out", "duplicate", "import",
         "municipality", "unit", "invitation", "membership", "number", "key")  # fmt: skip
ACT = re.compile(rf'"((?:{"|".join(ROOMS)})\.[a-z_]+)"')
# Columns, and permissions that happen to look like acts.
NO_ACTS = {"registration.id", "registration.read_progress"}


def acts() -> set[str]:
    """Every act of a municipality that some use case writes down as one word."""
    folder = Path(next(iter(brukerplan.actions.__path__)))
    found = (ACT.findall(path.read_text(encoding="utf-8")) for path in folder.glob("*.py"))
    return {act for each in found for act in each} - NO_ACTS


def test_every_act_in_a_municipality_has_a_word() -> None:
    assert acts() - WORDS.keys() == set()


def test_acts_are_found_at_all() -> None:
    assert {"registration.saved", "opt_out.recorded", "municipality.approved"} <= acts()
