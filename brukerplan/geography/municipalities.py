"""Municipalities as they were in a given year, and what became of them.

A code alone does not name an area: Stavanger is 1103 before and after it took in Finnøy
and Rennesøy. Every question here is therefore asked for a year, and areas are followed
border by border through `brukerplan.geography.changes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from brukerplan.geography.changes import predecessors, successors, unsplit
from brukerplan.geography.errors import (
    MunicipalityDoesNotExistYetError,
    MunicipalityNoLongerExistsError,
    MunicipalityWasSplitError,
    UnknownHealthTrustError,
    UnknownMunicipalityError,
    YearNotCoveredError,
    YearTooFarAheadError,
    said_back,
)
from brukerplan.geography.register import CHECKED, FIRST_YEAR, LAST_YEAR, Municipality, register


def municipality(code: str, year: int) -> Municipality:
    """Return the municipality with ``code`` as it is in ``year``.

    Raises
    ------
    UnknownMunicipalityError
        No municipality has had this code since 2013.
    MunicipalityNoLongerExistsError
        It is gone; the text names what to use instead. `MunicipalityWasSplitError` when
        its area went to more than one.
    MunicipalityDoesNotExistYetError
        It came later; the text names what it was made of.
    YearNotCoveredError
        ``year`` is before 2013; `YearTooFarAheadError` when it is beyond what can be known.

    Examples
    --------
    >>> municipality("1108", 2020).name
    'Sandnes'
    """
    _require_covered(year)
    try:
        found = register()[code]
    except KeyError:
        raise UnknownMunicipalityError(code=said_back(code)) from None
    if found.valid_in(year):
        return found
    if found.valid_before is not None and found.valid_before <= year:
        raise _no_longer(found, year)
    raise _not_yet(found, year)


@cache
def municipalities_in(year: int, *, health_trust: str | None = None) -> tuple[Municipality, ...]:
    """Return the municipalities of ``year`` in order of code.

    Parameters
    ----------
    health_trust
        Key (`trust_key`) or name; only the municipalities in its catchment.

    Raises
    ------
    YearNotCoveredError
        ``year`` is before 2013.
    UnknownHealthTrustError
        No trust has this key or name.
    """
    _require_covered(year)
    valid = tuple(place for place in register().values() if place.valid_in(year))
    if health_trust is None:
        return valid
    members = tuple(
        place for place in valid if health_trust in (place.health_trust_key, place.health_trust)
    )
    if not members:
        known = sorted({place.health_trust_key for place in valid})
        raise UnknownHealthTrustError(trust=said_back(health_trust), known=", ".join(known))
    return members


@cache
def place_names() -> frozenset[str]:
    """Return every name a municipality or its health trust has had since 2013.

    >>> {"Stavanger", "Finnøy", "Fonna"} <= place_names()
    True
    """
    return frozenset(
        name for place in register().values() for name in (place.name, place.health_trust)
    )


@cache
def constituents(code: str, *, of_year: int, in_year: int) -> frozenset[str] | None:
    """Return the codes of ``in_year`` that together are the municipality of ``of_year``.

    Returns
    -------
    frozenset of str or None
        None when no set of whole municipalities of ``in_year`` has exactly these borders:
        a municipality was split on the way (the series stops there), or, looking
        forwards, ``code`` has become part of something larger.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        ``code`` is not a municipality in ``of_year``, or a year is before 2013.

    Examples
    --------
    >>> sorted(constituents("1103", of_year=2025, in_year=2015))
    ['1103', '1141', '1142']
    >>> constituents("1508", of_year=2025, in_year=2015) is None
    True
    """
    if in_year <= of_year:
        return same_area(frozenset({code}), of_year=of_year, in_year=in_year)
    municipality(code, of_year)
    _require_covered(in_year)
    codes: frozenset[str] | None = frozenset({code})
    for year in range(of_year + 1, in_year + 1):
        codes = _unsplit_after(codes, year) if codes else None
    return codes


@cache
def same_area(codes: frozenset[str], *, of_year: int, in_year: int) -> frozenset[str] | None:
    """Return the codes of ``in_year`` that together have the borders of ``codes`` together.

    What is split and joined within the area leaves its borders as they are: a trust goes on
    where one of its municipalities was divided in two, as long as both are in it.

    Returns
    -------
    frozenset of str or None
        None when no set of whole municipalities of ``in_year`` has exactly these borders.
        Looking further away than that, there is none either.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        A code is not a municipality in ``of_year``, or a year is not covered.

    Examples
    --------
    >>> sorted(same_area(frozenset({"1508", "1580"}), of_year=2025, in_year=2023))
    ['1507']
    """
    for code in codes:
        municipality(code, of_year)
    _require_covered(in_year)
    found: frozenset[str] | None = codes
    for year in range(of_year, in_year, -1):
        found = _year_before(found, year) if found else None
    for year in range(of_year + 1, in_year + 1):
        found = _year_after(found, year) if found else None
    return found


def area_key(codes: Iterable[str]) -> str:
    """Name the area made of ``codes``: the same codes give the same key in any order.

    >>> area_key({"1142", "1103", "1141"})
    '1103+1141+1142'
    """
    return "+".join(sorted(set(codes)))


def _year_before(codes: frozenset[str], year: int) -> frozenset[str] | None:
    before = frozenset(old for code in codes for old in predecessors(code, year))
    return before if all(successors(old, year) <= codes for old in before) else None


def _year_after(codes: frozenset[str], year: int) -> frozenset[str] | None:
    after = frozenset(new for code in codes for new in successors(code, year))
    return after if all(predecessors(new, year) <= codes for new in after) else None


def _unsplit_after(codes: frozenset[str], year: int) -> frozenset[str] | None:
    whole = all(unsplit(code, year) for code in codes)
    return _year_after(codes, year) if whole else None


def _no_longer(gone: Municipality, year: int) -> MunicipalityNoLongerExistsError:
    assert gone.valid_before is not None
    codes = frozenset({gone.code})
    for change in range(gone.valid_before, year + 1):
        codes = frozenset(new for code in codes for new in successors(code, change))
    kind = MunicipalityNoLongerExistsError if len(codes) == 1 else MunicipalityWasSplitError
    return kind(
        code=gone.code, name=gone.name, last=gone.valid_before - 1, successors=_named(codes)
    )


def _not_yet(coming: Municipality, year: int) -> MunicipalityDoesNotExistYetError:
    assert coming.valid_from is not None
    codes = frozenset({coming.code})
    for change in range(coming.valid_from, year, -1):
        codes = frozenset(old for code in codes for old in predecessors(code, change))
    return MunicipalityDoesNotExistYetError(
        code=coming.code,
        name=coming.name,
        first=coming.valid_from,
        year=year,
        predecessors=_named(codes),
    )


def _named(codes: frozenset[str]) -> str:
    return ", ".join(f"{code} {register()[code].name}" for code in sorted(codes))


def _require_covered(year: int) -> None:
    if year < FIRST_YEAR:
        raise YearNotCoveredError(year=year, first=FIRST_YEAR)
    if year > LAST_YEAR:
        raise YearTooFarAheadError(year=year, checked=CHECKED.year, last=LAST_YEAR)
