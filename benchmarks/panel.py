"""The whole monitor and every panel of a demo, from a cold database: seconds and memory.

Run by itself, since the national demo takes minutes to fill:

    .venv/bin/brukerplan demo --area national --database sqlite:///national.sqlite
    .venv/bin/python -m benchmarks.panel sqlite:///national.sqlite
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import combinations

from brukerplan.persistence.engine import Database
from brukerplan.persistence.frames import load_history
from brukerplan.persistence.reach import Door, Reach
from brukerplan.questionnaire import levels
from brukerplan.statistics.first_improvement import first_improvement
from brukerplan.statistics.monitor import observe
from brukerplan.statistics.orders import changes, followed_variables
from brukerplan.statistics.panel import (
    Groups,
    Panel,
    follow,
    groups_by_municipality,
    groups_by_variable,
    groups_or_all,
)
from brukerplan.statistics.plan import plans
from brukerplan.statistics.retention import arrivals, retention
from brukerplan.statistics.transitions import every_transition

YEARS = range(2015, 2026)
PROMISED_SECONDS, PROMISED_GIBIBYTES = 20, 2


def main(arguments: list[str]) -> int:
    """Print a line for each part, and whether what is promised is kept."""
    (url,) = arguments
    start = time.perf_counter()
    lap = start

    def told(what: str) -> None:
        nonlocal lap
        now = time.perf_counter()
        print(f"{what}: {now - lap:.1f} s")
        lap = now

    database = Database(url, reach=Reach(doors=frozenset({Door.RELEASE})))
    with database.read(Door.RELEASE) as session:
        history = load_history(session, YEARS)
    database.dispose()
    frames = tuple(each.frame for each in history.rounds)
    persons = sum(len(frame.data) for frame in frames)
    told(f"{persons} registrations of {len(frames)} years read")

    seen = [
        observe(each.frame, each.edition, indicator)
        for plan in plans()
        for indicator in plan.indicators
        for each in history.rounds
        if plan.baseline_year <= each.year <= plan.last_year
    ]
    told(f"{len(seen)} indicator years of the monitor, by municipality")

    panel = follow(frames, set_aside_twice=True)
    told("persons followed")
    edition = history.rounds[-1].edition
    matrices = 0
    for groups in _groupings(panel):
        for variable, order in followed_variables(edition):
            found = every_transition(
                panel, variable, pairs=tuple(combinations(panel.years, 2)), groups=groups
            )
            for each in found:
                for name in groups.names:
                    changes(each.stayers(name), each.states, order)
            matrices += len(found) * len(groups.names)
        retention(panel, groups)
        arrivals(panel, groups)
    told(f"{matrices} transition matrices, with improved and worsened")
    for variable, order in followed_variables(edition):
        first_improvement(panel, variable, order)
    told("time to the first improvement")

    seconds = time.perf_counter() - start
    gibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"altogether: {seconds:.1f} s, {gibibytes:.2f} GiB")
    kept = seconds < PROMISED_SECONDS and gibibytes < PROMISED_GIBIBYTES
    print(f"promised: under {PROMISED_SECONDS} s and {PROMISED_GIBIBYTES} GiB")
    return 0 if kept else 1


def _groupings(panel: Panel) -> tuple[Groups, ...]:
    """Everybody, each subgroup, and the municipalities of today."""
    codes = {
        frame.year: tuple(map(str, frame.data["municipality"].cat.categories))
        for frame in panel.frames
    }
    return (
        groups_or_all(panel, None),
        groups_by_variable(panel.frames, levels.USER_GROUP),
        groups_by_variable(panel.frames, levels.AGE_GROUP),
        groups_by_municipality(
            panel.frames, {year: {code: code for code in found} for year, found in codes.items()}
        ),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
