"""Decides for every cell of one year whether it is shown, so that no secret can be computed.

Cells are shown one by one, the most useful first, each unless it would make a secret
computable from all that is known by then. What is left is hidden for others' sake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brukerplan.disclosure.coordinates import Coordinates, Functional
from brukerplan.disclosure.cube import (
    ALL,
    LEVELS,
    MUNICIPALITY,
    Area,
    Cell,
    CellKey,
    Cube,
    Row,
    UnknownAreaError,
)
from brukerplan.disclosure.elimination import Secrets, Span
from brukerplan.disclosure.policy import Policy
from brukerplan.disclosure.primary import cell_status, row_status
from brukerplan.disclosure.status import SECRET, ReleasedCell, Status
from brukerplan.statistics.links import Link
from brukerplan.translation import UserError, mark

_NAMED = 5


class ExposesEarlierSecretError(UserError):
    """What was published before already tells what must now be secret.

    Attributes
    ----------
    cells
        The cells that can be computed.
    """

    message = mark(
        "Tallene kan ikke bygges: tall som allerede er publisert, gjør at %(number)s "
        "skjulte tall kan regnes ut (%(cells)s). Behandle den tidligere utgivelsen først."
    )

    def __init__(self, cells: Sequence[CellKey]) -> None:
        named = [f"{c.area} {c.table} {c.population} {c.category}" for c in cells[:_NAMED]]
        super().__init__(number=len(cells), cells="; ".join(named))
        self.cells = tuple(cells)


class EarlierReleaseDiffersError(UserError):
    """A cell published before does not agree with the frozen data it is said to come from."""

    message = mark(
        "Tallene kan ikke bygges: tidligere publiserte tall stemmer ikke med de frosne "
        "dataene (%(cell)s). Undersøk hvilke av dem som er endret."
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """A cell of the requested areas, and what became of it."""

    cell: Cell
    status: Status


def suppress(
    cube: Cube,
    *,
    links: Sequence[Link],
    areas: Sequence[Area],
    policy: Policy,
    earlier: Iterable[ReleasedCell] = (),
) -> tuple[Decision, ...]:
    """Decide about every cell of the areas.

    Parameters
    ----------
    earlier
        Cells of the same year published before. Shown ones are known whatever is decided
        now; those secret then stay secret.

    Returns
    -------
    tuple of Decision
        In the order of the keys; independent of the order of any input.

    Raises
    ------
    ExposesEarlierSecretError
        When the earlier cells alone make a secret computable.
    EarlierReleaseDiffersError
        When an earlier cell is not among the counts, or has another count.
    """
    return _System(cube, links, areas, policy, {cell.key: cell for cell in earlier}).decide()


class _System:
    def __init__(
        self,
        cube: Cube,
        links: Sequence[Link],
        areas: Sequence[Area],
        policy: Policy,
        earlier: Mapping[CellKey, ReleasedCell],
    ) -> None:
        self._cube = cube
        self._policy = policy
        self._earlier = earlier
        self._areas = tuple(dict.fromkeys(areas))
        self._coordinates = Coordinates(cube, links)
        self._secrets = Secrets(Span())
        self._requested: list[Cell] = []
        self._status: dict[CellKey, Status | None] = {}
        self._cells: dict[CellKey, Cell] = {}
        self._known: dict[Functional, bool] = {}

    def decide(self) -> tuple[Decision, ...]:
        for row in self._cube.rows(self._areas, self._policy):
            self._requested.extend(self._judge(row))
        for row in self._cube.rows(self._areas_only_earlier(), self._policy):
            self._judge(row)
        self._check_earlier()
        self._know_zeros()
        self._protect()
        self._know_earlier()
        for cell in sorted(self._requested, key=_usefulness):
            if self._status[cell.key] is None:
                shown = self._try(cell)
                self._status[cell.key] = Status.PUBLISHED if shown else Status.SECONDARY
        return tuple(
            Decision(cell, self._status[cell.key] or Status.SECONDARY)
            for cell in sorted(self._requested, key=lambda cell: cell.key)
        )

    def _judge(self, row: Row) -> list[Cell]:
        whole = row_status(row, self._policy)
        cells = list(self._cube.cells(row))
        for cell in cells:
            status = whole or cell_status(cell, self._policy)
            before = self._earlier.get(cell.key)
            if status is None and before is not None and before.status in SECRET:
                status = before.status
            self._status[cell.key] = status
            self._cells[cell.key] = cell
        return cells

    def _areas_only_earlier(self) -> list[Area]:
        requested = {(area.level, area.key) for area in self._areas}
        if len(requested) != len(self._areas):
            raise UnknownAreaError("two areas of one level share a key")
        missing = {(key.level, key.area) for key in self._earlier} - requested
        if any(level != MUNICIPALITY for level, _ in missing):
            # Which municipalities a trust had that year cannot be read from its key.
            raise UnknownAreaError(f"areas published before must be given again: {missing}")
        return [Area(level, key, frozenset(key.split("+"))) for level, key in sorted(missing)]

    def _check_earlier(self) -> None:
        for key, before in self._earlier.items():
            cell = self._cells.get(key)
            if cell is None or before.count not in (None, cell.count):
                raise EarlierReleaseDiffersError(cell=" ".join(map(str, _told(key))))

    def _know_zeros(self) -> None:
        requested = (cell for cell in self._requested if self._status[cell.key] is None)
        before = (self._cells[key] for key in self._earlier if self._was_published(key))
        zeros = [
            (cell.row, cell.category)
            for cell in (*requested, *before)
            if cell.count == 0 and cell.category is not None
        ]
        self._coordinates.know_zeros(zeros, self._secrets.span)

    def _protect(self) -> None:
        for key in sorted(self._cells):
            status, cell = self._status[key], self._cells[key]
            if status is None or status is Status.SECONDARY:
                continue
            if status is Status.NOT_ENOUGH_CONTRIBUTORS and self._shown_below(cell.row):
                continue
            reduced = self._reduce(cell)
            if not reduced:
                # A zero in a hidden row that a shown zero of a larger area implies.
                continue
            own = status is Status.PRIMARY or status is Status.BASE_TOO_SMALL
            self._secrets.protect(
                reduced,
                key,
                alone=cell.count == 1,
                others=own and cell.count != 1,
            )

    def _shown_below(self, row: Row) -> bool:
        """Whether the row is no more than the sum of rows its municipalities show themselves."""
        parts = self._cube.parts(row.table, row.population)
        shown = self._policy.municipality_populations.value
        if all(self._cube.parts(row.table, population) != parts for population in shown):
            return False
        members = {self._cube.municipalities[place] for place in row.members}
        covered = frozenset[str]().union(
            *(
                area.members
                for area in self._areas
                if area.level == MUNICIPALITY and area.members <= row.area.members
            )
        )
        return members <= covered

    def _know_earlier(self) -> None:
        for key in sorted(self._earlier):
            if self._was_published(key):
                functional = self._functional(self._cells[key])
                reduced = self._reduce(self._cells[key])
                if reduced:
                    self._secrets.accept(reduced, force=True)
                self._known[functional] = True
                if self._status[key] is None:
                    self._status[key] = Status.PUBLISHED
        if self._secrets.exposed:
            exposed = [key for key in self._secrets.exposed if isinstance(key, CellKey)]
            raise ExposesEarlierSecretError(sorted(exposed))

    def _try(self, cell: Cell) -> bool:
        functional = self._functional(cell)
        if functional not in self._known:
            reduced = self._reduce(cell)
            self._known[functional] = not reduced or (
                not self._secrets.would_expose(reduced) and self._secrets.accept(reduced)
            )
        return self._known[functional]

    def _was_published(self, key: CellKey) -> bool:
        before = self._earlier.get(key)
        return before is not None and before.status is Status.PUBLISHED

    def _functional(self, cell: Cell) -> Functional:
        return self._coordinates.functional(cell.row, cell.category)

    def _reduce(self, cell: Cell) -> dict[int, int]:
        return self._secrets.span.reduce(self._coordinates.vector(self._functional(cell)))


def _usefulness(cell: Cell) -> tuple[bool, int, int, bool, CellKey]:
    """Bases first, then greater counts; at a tie higher levels and everybody together."""
    return (
        cell.category is not None,
        -cell.count,
        LEVELS.index(cell.key.level),
        cell.key.population != ALL,
        cell.key,
    )


def _told(key: CellKey) -> tuple[int, str, str, str, str]:
    return (key.year, key.area, key.table, key.population, key.category)
