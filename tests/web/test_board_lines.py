"""The lines of a board: in which order, which are shown, and how long their bars are."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from brukerplan.persistence.queries.rounds import RoundLine, UnitProgress
from brukerplan.persistence.tables.states import RoundState, UnitState
from brukerplan.web.board_lines import Shown, UnitLine, Waiting, shown_of, unit_lines

TODAY = date(2026, 12, 14)
DEADLINE = date(2026, 12, 15)


def line_of(state: RoundState = RoundState.OPEN) -> RoundLine:
    return RoundLine(1, 2026, "2026", state, date(2026, 12, 1), DEADLINE, 1, synthetic=True)


def unit(
    name: str,
    *,
    state: UnitState = UnitState.OPEN,
    expected: int = 4,
    done: int = 0,
    begun: int = 0,
) -> UnitProgress:
    return UnitProgress(
        unit_id=1,
        name=name,
        expected=expected,
        started=done + begun,
        submitted=done,
        state=state,
        submitted_at=None,
        reopened_reason=None,
        reminded_at=None,
    )


def lines(*units: UnitProgress, state: RoundState = RoundState.OPEN) -> tuple[UnitLine, ...]:
    return unit_lines(units, {}, Waiting(line_of(state), DEADLINE, TODAY))


def names(found: tuple[UnitLine, ...], shown: Shown = Shown.ALL) -> list[str]:
    return [line.name for line in found if line.is_shown(shown)]


MIXED = (
    unit("Arbeid", state=UnitState.SUBMITTED, done=4),
    unit("Bolig", done=4),
    unit("Nav", done=1),
    unit("Barnevern", state=UnitState.NOTHING_TO_REPORT),
    unit("Hjemme"),
)


def test_the_late_come_first_and_the_finished_last() -> None:
    assert names(lines(*MIXED)) == ["Hjemme", "Nav", "Bolig", "Arbeid", "Barnevern"]


def test_each_filter_shows_its_own_and_together_they_show_all() -> None:
    found = lines(*MIXED)

    assert names(found, Shown.LATE) == ["Hjemme", "Nav"]
    assert names(found, Shown.WAITING) == ["Hjemme", "Nav", "Bolig"]
    assert names(found, Shown.FINISHED) == ["Arbeid", "Barnevern"]
    assert shown_of("tull") is shown_of("") is Shown.ALL
    assert [shown_of(shown) for shown in Shown] == list(Shown)


def test_nobody_is_late_while_practising_or_when_the_round_is_frozen() -> None:
    for state in (RoundState.TRAINING, RoundState.FROZEN, RoundState.RELEASED):
        assert names(lines(*MIXED, state=state), Shown.LATE) == []
    assert names(lines(*MIXED, state=RoundState.CORRECTION), Shown.LATE) == ["Hjemme", "Nav"]


@given(expected=st.integers(0, 500), done=st.integers(0, 500), begun=st.integers(0, 500))
def test_a_bar_is_never_longer_than_its_place(expected: int, done: int, begun: int) -> None:
    (line,) = lines(unit("Nav", expected=expected, done=done, begun=begun))

    assert 0 <= line.bar[0] <= sum(line.bar) <= 100


def test_a_bar_is_full_when_all_who_are_expected_are_submitted() -> None:
    full, over = lines(unit("Bolig", expected=3, done=3), unit("Nav", expected=3, done=5))

    assert full.bar == over.bar == (100, 0)
