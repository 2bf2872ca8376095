"""Fingerprints of released cells, so that a store is believed only while it is unchanged.

The digest of a release is taken over one digest an area; whoever keeps those beside the
cells can check the few areas of a page without reading the whole release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import final

from brukerplan.disclosure.cube import CellKey
from brukerplan.disclosure.status import ReleasedCell
from brukerplan.translation import UserError, mark

AreaDigests = Mapping[tuple[str, str], str]
"""By level and area key, 64 hexadecimal digits."""


class ReleaseChangedError(UserError):
    """Stored cells are not the ones that were released."""

    message = mark(
        "Tallene kan ikke vises: det som er lagret, er ikke det som ble publisert. "
        "Gi beskjed til den som drifter løsningen."
    )


class _Key:
    __slots__ = ()


_KEY = _Key()


@final
class VerifiedCells:
    """Cells that are known to be those of a release; only `verify` makes them."""

    __slots__ = ("_by_area", "_cells", "digest")

    def __init__(self, cells: tuple[ReleasedCell, ...], digest: str, *, key: _Key) -> None:
        if key is not _KEY:
            raise TypeError("verified cells come from verify() only")
        self._cells = {cell.key: cell for cell in cells}
        self._by_area: dict[tuple[int, str, str], list[CellKey]] = {}
        for k in self._cells:
            self._by_area.setdefault((k.year, k.level, k.area), []).append(k)
        self.digest = digest

    def get(self, key: CellKey) -> ReleasedCell | None:
        """Return one cell, or ``None``."""
        return self._cells.get(key)

    def has(self, year: int, level: str, area: str) -> bool:
        """Whether the release has any cell for the area in that year."""
        return (year, level, area) in self._by_area

    def keys_of(self, year: int, level: str, area: str) -> tuple[CellKey, ...]:
        """Keys of all cells of the area in that year."""
        return tuple(self._by_area.get((year, level, area), ()))


def area_digests(cells: Iterable[ReleasedCell]) -> dict[tuple[str, str], str]:
    """Fingerprint each area's cells; the order in which they come does not matter."""
    by_area: dict[tuple[str, str], list[ReleasedCell]] = {}
    for cell in cells:
        by_area.setdefault((cell.key.level, cell.key.area), []).append(cell)
    return {
        area: _sha256("".join(map(_line, sorted(by_area[area], key=lambda cell: cell.key))))
        for area in sorted(by_area)
    }


def digest_of(digests: AreaDigests) -> str:
    """Fingerprint a whole release from its areas' fingerprints."""
    return _sha256(
        "".join(f"{level}\t{area}\t{digests[level, area]}\n" for level, area in sorted(digests))
    )


def verify(
    cells: Iterable[ReleasedCell], digest: str, *, digests: AreaDigests | None = None
) -> VerifiedCells:
    """Check stored cells against the digest of their release.

    Parameters
    ----------
    cells
        All cells of a release; or all cells of some of its areas, when ``digests`` is given.
    digests
        Fingerprint of every area of the release, as stored beside it.

    Raises
    ------
    ReleaseChangedError
        When anything was added, taken away or changed.
    """
    ordered = tuple(sorted(cells, key=lambda cell: cell.key))
    found = area_digests(ordered)
    expected = found if digests is None else digests
    if digest_of(expected) != digest:
        raise ReleaseChangedError
    if any(expected.get(area) != fingerprint for area, fingerprint in found.items()):
        raise ReleaseChangedError
    return VerifiedCells(ordered, digest, key=_KEY)


def _line(cell: ReleasedCell) -> str:
    k = cell.key
    count = "" if cell.count is None else str(cell.count)
    fields = (str(k.year), k.table, k.population, k.level, k.area, k.category, cell.status, count)
    return "\t".join(fields) + "\n"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
