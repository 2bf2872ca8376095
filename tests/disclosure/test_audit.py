"""The audit agrees with the fractions, and sees every way of breaking a release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brukerplan.disclosure import protection
from brukerplan.disclosure.audit import PRIMES, AuditResult, audit
from brukerplan.disclosure.cube import Area, Cube
from brukerplan.disclosure.elimination import PRIME
from brukerplan.disclosure.release import ReleasedCell, ReleaseNotSafeError, Status
from brukerplan.disclosure.status import SECRET
from brukerplan.disclosure.suppress import Decision, suppress
from brukerplan.statistics.links import Link
from tests.disclosure.test_exactness import Country, countries, released
from tests.disclosure.worlds import (
    Oracle,
    build,
    echelon,
    follows,
    municipality,
    nation,
    one_part,
    table,
)

COUNTS = {"a": [40, 50, 9], "b": [30, 41, 3], "c": [5, 3, 1]}
TABLES = [one_part("housing", COUNTS)]
AREAS = [*map(municipality, "abc"), nation("a", "b", "c")]


def audited(cells: list[ReleasedCell]) -> AuditResult:
    return audit(
        specs=[TABLES[0].spec], municipalities=tuple(COUNTS), links=[], areas=AREAS, cells=cells
    )


def test_a_protected_release_passes() -> None:
    result = audited(list(build(TABLES, AREAS).cells))
    assert result.recomputable == ()
    assert result.checked > 0


def test_showing_any_cell_hidden_for_others_is_caught() -> None:
    cells = list(build(TABLES, AREAS).cells)
    hidden = [place for place, c in enumerate(cells) if c.status is Status.SECONDARY]
    assert hidden
    for place in hidden:
        shown = replace(cells[place], status=Status.PUBLISHED, count=30)
        assert audited([*cells[:place], shown, *cells[place + 1 :]]).recomputable


def test_showing_a_secret_itself_is_caught() -> None:
    cells = list(build(TABLES, AREAS).cells)
    secret = next(c for c in cells if c.status is Status.PRIMARY)
    shown = replace(secret, status=Status.PUBLISHED, count=3)
    assert audited([*cells, shown]).recomputable == (secret.key,)


def test_a_link_that_suppression_did_not_know_of_is_caught() -> None:
    """Each of two tables hides what the other shows, if nobody says they are linked."""
    housing = one_part("housing", {"a": [3, 20, 30, 40]})
    same = one_part("same", {"a": [90, 3]})
    link = Link("same", "substance", "housing", "substance", ("c0",), left_categories=("c1",))
    cells = [
        replace(c, status=Status.PUBLISHED, count=20) if c.status is Status.SECONDARY else c
        for c in build([housing, same], AREAS[:1]).cells
        if c.key.table == "housing" or c.key.category == "c1"
    ]
    kept = [c for c in cells if c.key.table == "same" or c.key.category != "total"]
    told = [*kept, *(c for c in cells if c.key.category == "total")]
    result = audit(
        specs=[housing.spec, same.spec],
        municipalities=("a",),
        links=[link],
        areas=AREAS[:1],
        cells=told,
    )
    assert {key.table for key in result.recomputable} == {"housing", "same"}


def test_zeros_that_a_larger_zero_implies_are_told_apart() -> None:
    counts = {"a": [40, 0], "b": [30, 0], "c": [50, 0], "d": [7, 0]}
    tables = [one_part("housing", counts)]
    areas = [*map(municipality, "abcd"), nation(*"abcd")]
    result = audit(
        specs=[tables[0].spec],
        municipalities=tuple(counts),
        links=[],
        areas=areas,
        cells=build(tables, areas).cells,
    )
    assert result.recomputable == ()
    assert [(key.area, key.category) for key in result.implied_zeros] == [("d", "c1")]


def test_an_unknown_area_cannot_be_audited() -> None:
    trust = [*AREAS, Area("trust", "t", frozenset("abc"))]
    with pytest.raises(ValueError, match="does not know the area"):
        audited(list(build(TABLES, trust).cells))


def test_the_door_stays_shut_when_the_audit_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fault suppression may have, nothing gets out."""

    def careless(cube: Cube, **arguments: object) -> tuple[Decision, ...]:
        return tuple(
            replace(d, status=Status.PUBLISHED) if d.status is Status.SECONDARY else d
            for d in suppress(cube, **arguments)  # type: ignore[arg-type]  # passed through
        )

    monkeypatch.setattr(protection, "suppress", careless)
    with pytest.raises(ReleaseNotSafeError) as raised:
        build(TABLES, AREAS)
    assert raised.value.cells


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(countries(), st.data())
def test_the_audit_says_what_fractions_say_of_a_broken_release(
    country: Country, data: st.DataObject
) -> None:
    """A few hidden cells are shown at will; zeros are left out of it."""
    cells = list(released(country).cells)
    hidden = [c.key for c in cells if c.status is Status.SECONDARY]
    broken = data.draw(st.frozensets(st.sampled_from(hidden))) if hidden else frozenset()
    cells = [replace(c, status=Status.PUBLISHED, count=7) if c.key in broken else c for c in cells]
    result = audit(
        specs=[t.spec for t in country.tables],
        municipalities=country.tables[0].municipalities,
        links=country.links,
        areas=country.areas,
        cells=cells,
    )
    oracle = Oracle(country.tables, country.links, country.areas)
    known = echelon(oracle.known(cells))
    expected = {
        c.key
        for c in cells
        if c.status in SECRET and _is_audited(c) and follows(known, oracle.vector(c.key))
    }
    assert {*result.recomputable, *result.implied_zeros} == expected


def test_table_of_two_parts_with_too_few_contributors_is_audited_for_its_parts() -> None:
    counts = {"a": [[20, 20], [9, 9]], "b": [[20, 20], [9, 9]], "c": [[0, 0], [9, 9]]}
    tables = [table("housing", counts)]
    release = build(tables, AREAS)
    row = [c for c in release.cells if c.key.population == "substance"]
    assert {c.status for c in row} == {Status.NOT_ENOUGH_CONTRIBUTORS}
    shown = [c for c in release.cells if c.key.level == "nation" and c.key.category == "total"]
    # Everybody minus the one part would tell the part with too few municipalities.
    assert {c.key.population: c.status for c in shown}["mental_only"] is Status.SECONDARY


def test_the_audit_counts_modulo_other_primes_than_suppression() -> None:
    assert len({PRIME, *PRIMES}) == 3


def _is_audited(cell: ReleasedCell) -> bool:
    if cell.status is not Status.NOT_ENOUGH_CONTRIBUTORS:
        return True
    return cell.key.population != "all" and cell.key.table != "routed"
