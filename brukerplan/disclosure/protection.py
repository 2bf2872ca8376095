"""Counts of one year go in, a protected and audited release comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brukerplan.disclosure.audit import audit
from brukerplan.disclosure.cube import Area, CellKey, Cube
from brukerplan.disclosure.digest import area_digests, digest_of
from brukerplan.disclosure.policy import PROPOSED, Policy
from brukerplan.disclosure.status import ReleasedCell, Status
from brukerplan.disclosure.suppress import suppress
from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.links import Link


@dataclass(frozen=True, slots=True)
class Release:
    """All cells of the requested areas for one year, protected and audited.

    Parameters
    ----------
    cells
        In the order of their keys.
    area_digests
        Pairs of (level, area key) and fingerprint of the area's cells.
    digest
        Of all cells.
    """

    year: int
    cells: tuple[ReleasedCell, ...]
    policy_digest: str
    area_digests: tuple[tuple[tuple[str, str], str], ...]
    digest: str


class ReleaseNotSafeError(RuntimeError):
    """The audit found a secret that can be computed: a fault in this program.

    The door stays shut. ``cells`` names what was found.
    """

    def __init__(self, cells: Sequence[CellKey]) -> None:
        super().__init__(f"{len(cells)} secret cells could be computed, first {cells[0]}")
        self.cells = tuple(cells)


def protect(
    *,
    tables: Sequence[CountTable],
    links: Sequence[Link],
    areas: Sequence[Area],
    structural_zeros: Sequence[tuple[str, str, str]] = (),
    policy: Policy = PROPOSED,
    earlier: Iterable[ReleasedCell] = (),
) -> Release:
    """Protect the counts of one year and build the release.

    Parameters
    ----------
    tables
        All tables of the year: what is protected apart can be put together.
    links
        What anyone can know of sums that are equal between tables.
    structural_zeros
        (table, part, category) that anyone can know to be zero everywhere, by definition.
    areas
        What to publish for. Areas of the same level have different keys.
    earlier
        Every cell, shown or hidden, of earlier releases for the same year.

    Raises
    ------
    ExposesEarlierSecretError, EarlierReleaseDiffersError
        See `suppress`.
    ReleaseNotSafeError
        When the audit does not agree that every secret is safe.
    """
    before = tuple(earlier)
    known = (*links, *(_zero_link(*zero) for zero in structural_zeros))
    cube = Cube.of(tables)
    decisions = suppress(cube, links=known, areas=areas, policy=policy, earlier=before)
    cells = tuple(
        ReleasedCell(
            decision.cell.key,
            decision.status,
            decision.cell.count if decision.status is Status.PUBLISHED else None,
        )
        for decision in decisions
    )
    result = audit(
        specs=[table.spec for table in tables],
        municipalities=cube.municipalities,
        links=known,
        areas=areas,
        cells=tuple(dict.fromkeys((*cells, *before))),
    )
    if result.recomputable:
        raise ReleaseNotSafeError(result.recomputable)
    digests = area_digests(cells)
    return Release(
        year=cube.year,
        cells=cells,
        policy_digest=policy.digest(),
        area_digests=tuple(digests.items()),
        digest=digest_of(digests),
    )


def _zero_link(table: str, part: str, category: str) -> Link:
    """Write "this is zero everywhere" as an equation with an empty other side."""
    return Link(table, part, table, part, categories=(), left_categories=(category,))
