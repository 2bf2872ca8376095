"""How many inputs were tried, by role and kind: counted where they are sent, told at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

OPTION = "--fuzz-times"
PROPERTY = "inputs_tried"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever has the time ask for more."""
    parser.addoption(
        OPTION,
        type=float,
        default=1.0,
        metavar="N",
        help="try N times as many inputs in tests/fuzzing (default 1: about a minute)",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the figures of every test that told any, from whichever process it ran in."""
    told: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for name, value in report.user_properties:
                if name == PROPERTY:
                    told.setdefault(value["who"], Counter()).update(value["kinds"])
    if told:
        terminalreporter.section("inputs tried")
        for line in table(told):
            terminalreporter.write_line(line)


def table(told: dict[str, Counter[str]]) -> Iterable[str]:
    """Write one line a role, and one for all, with the number of each kind.

    >>> print(*table({"registrar": Counter({"file": 2, "token": 1})}), sep="\\n")
    registrar: 3 (file 2, token 1)
    altogether: 3 (file 2, token 1)
    """
    whole: Counter[str] = Counter()
    for who, kinds in sorted(told.items()):
        whole.update(kinds)
        yield _line(who, kinds)
    yield _line("altogether", whole)


def _line(who: str, kinds: Counter[str]) -> str:
    parts = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    return f"{who}: {kinds.total()} ({parts})"
