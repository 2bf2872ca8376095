"""The lines of the boards: pure, from progress to what is shown, late ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from brukerplan.actions.lateness import is_late
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.reminding import REMINDED_IN
from brukerplan.persistence.queries.overview import MunicipalityProgress
from brukerplan.persistence.queries.people import UnitMarks
from brukerplan.persistence.queries.rounds import RoundLine, UnitProgress
from brukerplan.persistence.tables.states import UnitState


class Shown(StrEnum):
    """Which lines are shown, as the address spells it."""

    ALL = "alle"
    LATE = "sene"
    WAITING = "ikke-ferdig"
    FINISHED = "ferdig"


class Waiting(NamedTuple):
    """What is waited for, until when."""

    round: RoundLine
    deadline: date
    today: date

    @property
    def open(self) -> bool:
        """Whether anybody is waited for."""
        return self.round.state in REMINDED_IN

    @property
    def days_left(self) -> int:
        """Days until the deadline; negative when it has passed."""
        return (self.deadline - self.today).days

    def late(self, *, finished: bool, expected: int, started: int, submitted: int) -> bool:
        """Tell whether somebody is late, in a round where somebody is waited for."""
        return self.open and is_late(
            finished=finished,
            expected=expected,
            started=started,
            submitted=submitted,
            opens_on=self.round.opens_on,
            deadline=self.deadline,
            today=self.today,
        )


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit on the coordinator's board.

    ``bar`` is the width, in hundredths, of what is submitted and of what is begun besides.
    """

    unit_id: int
    name: str
    state: str
    expected: int
    started: int
    submitted: int
    submitted_at: datetime | None
    late: bool
    reminded_at: datetime | None
    reminded_today: bool
    members: int
    open_queries: int
    letters_not_sent: int
    bar: tuple[int, int]

    @property
    def finished(self) -> bool:
        """Whether the unit has submitted or said that it has nobody."""
        return self.state != UnitState.OPEN

    def is_shown(self, shown: Shown) -> bool:
        """Tell whether the filter shows this line."""
        return _is_shown(shown, late=self.late, finished=self.finished)


@dataclass(frozen=True, slots=True)
class MunicipalityLine:
    """A municipality on the trust's board: a share, never how many persons.

    ``percent`` is ``None`` when no unit has said what it expects, or so few are expected that
    it would tell how many; ``own_deadline`` when the round's deadline holds.
    """

    municipality_id: int
    code: str
    name: str
    takes_part: bool
    finished: bool
    late: bool
    started: bool
    units: int
    units_done: int
    percent: int | None
    expects_few: bool
    days_left: int
    own_deadline: date | None

    def is_shown(self, shown: Shown) -> bool:
        """Tell whether the filter shows this line."""
        if not self.takes_part:
            return shown is Shown.ALL
        return _is_shown(shown, late=self.late, finished=self.finished)


def shown_of(text: str) -> Shown:
    """Read ``?vis=``; anything unknown shows all."""
    return Shown(text) if text in list(Shown) else Shown.ALL


def unit_lines(
    units: tuple[UnitProgress, ...], marks: Mapping[int, UnitMarks], waiting: Waiting
) -> tuple[UnitLine, ...]:
    """Return a line for each unit: late ones, then those still mapping, then the finished."""
    lines = []
    for unit in units:
        mark = marks.get(unit.unit_id, UnitMarks())
        lines.append(
            UnitLine(
                unit_id=unit.unit_id,
                name=unit.name,
                state=unit.state,
                expected=unit.expected,
                started=unit.started,
                submitted=unit.submitted,
                submitted_at=unit.submitted_at,
                late=waiting.late(
                    finished=unit.state != UnitState.OPEN,
                    expected=unit.expected,
                    started=unit.started,
                    submitted=unit.submitted,
                ),
                reminded_at=unit.reminded_at,
                reminded_today=unit.reminded_at is not None
                and oslo_day(unit.reminded_at) == waiting.today,
                members=mark.members,
                open_queries=mark.open_queries,
                letters_not_sent=mark.letters_not_sent,
                bar=_bar(unit.expected, unit.started, unit.submitted),
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.late, line.finished, line.name)))


def municipality_lines(
    progress: tuple[MunicipalityProgress, ...], round_line: RoundLine, today: date
) -> tuple[MunicipalityLine, ...]:
    """Return a line for each municipality: late ones, those still mapping, the approved, and
    last those that do not take part.
    """
    lines = []
    for each in progress:
        until = Waiting(round_line, each.deadline, today)
        lines.append(
            MunicipalityLine(
                municipality_id=each.municipality_id,
                code=each.code,
                name=each.name,
                takes_part=each.takes_part,
                finished=each.approved,
                late=each.takes_part
                and until.late(
                    finished=each.approved,
                    expected=each.expected,
                    started=each.started,
                    submitted=each.submitted,
                ),
                started=each.started > 0,
                units=each.units,
                units_done=each.units_done,
                percent=each.share,
                expects_few=each.expects_few,
                days_left=until.days_left,
                own_deadline=each.deadline if each.deadline != round_line.deadline else None,
            )
        )
    return tuple(
        sorted(
            lines,
            key=lambda line: (not line.takes_part, not line.late, line.finished, line.name),
        )
    )


def _is_shown(shown: Shown, *, late: bool, finished: bool) -> bool:
    if shown is Shown.ALL:
        return True
    if shown is Shown.LATE:
        return late
    return finished is (shown is Shown.FINISHED)


def _bar(expected: int, started: int, submitted: int) -> tuple[int, int]:
    whole = max(expected, started)
    if not whole:
        return 0, 0
    done = 100 * submitted // whole
    return done, 100 * started // whole - done
