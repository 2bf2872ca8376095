"""On tiny countries everything is checked against plain Gauss in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brukerplan.disclosure.cube import Area, Cube
from brukerplan.disclosure.policy import PROPOSED, Policy
from brukerplan.disclosure.release import Release, Status, protect
from brukerplan.disclosure.status import SECRET
from brukerplan.disclosure.suppress import suppress
from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.links import Link
from tests.disclosure.worlds import (
    Oracle,
    and_also,
    build,
    echelon,
    follows,
    municipality,
    table,
    without_row_rules,
)


@dataclass(frozen=True)
class Country:
    tables: tuple[CountTable, ...]
    links: tuple[Link, ...]
    areas: tuple[Area, ...]
    policy: Policy


@st.composite
def countries(draw: st.DrawFn) -> Country:
    """Two linked tables and a routed one, over municipalities in overlapping areas."""
    codes = [f"m{place}" for place in range(draw(st.integers(2, 5)))]
    count = st.integers(0, 3) | st.integers(0, 25)
    groups, flags, routed = {}, {}, {}
    for code in codes:
        substance = [draw(count), draw(count)]
        mental = draw(count)
        groups[code] = [[*substance, 0], [0, 0, mental]]
        yes = draw(st.integers(0, sum(substance)))
        yes_mental = draw(st.integers(0, mental))
        flags[code] = [[sum(substance) - yes, yes], [mental - yes_mental, yes_mental]]
        first = draw(st.integers(0, substance[1]))
        routed[code] = [[first, substance[1] - first]]
    tables = (
        table("groups", groups),
        table("flags", flags),
        table("routed", routed, parts=("substance",)),
    )
    links = (
        Link("groups", "substance", "groups", "substance", ("c0", "c1")),
        Link("groups", "mental_only", "groups", "mental_only", ("c2",)),
        Link("flags", "substance", "groups", "substance", None),
        Link("flags", "mental_only", "groups", "mental_only", None),
        Link("routed", "substance", "groups", "substance", ("c1",)),
    )
    members = st.frozensets(st.sampled_from(codes), min_size=1)
    larger = [Area("trust", f"t{n}", draw(members)) for n in range(draw(st.integers(0, 2)))]
    merged = [municipality("m0+m1")] if draw(st.booleans()) else []
    areas = [*map(municipality, codes), *larger, *merged]
    areas.append(Area("nation", "norge", frozenset(codes)))
    policy = draw(st.sampled_from([PROPOSED, without_row_rules()]))
    return Country(tables, links, tuple(areas), policy)


def released(country: Country, areas: Sequence[Area] | None = None) -> Release:
    return build(country.tables, areas or country.areas, links=country.links, policy=country.policy)


exhaustive = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@exhaustive
@given(countries())
def test_no_secret_follows_from_what_is_published(country: Country) -> None:
    release = released(country)
    oracle = Oracle(country.tables, country.links, country.areas)
    known = echelon(oracle.known(release.cells))
    counts = _counts(country)
    for cell in release.cells:
        if cell.status in SECRET and cell.status is not Status.NOT_ENOUGH_CONTRIBUTORS:
            # Only zeros that a larger area's shown zero implies may follow.
            assert not follows(known, oracle.vector(cell.key)) or counts[cell.key] == 0


@exhaustive
@given(countries())
def test_nobody_alone_in_a_cell_finds_another_small_number(country: Country) -> None:
    """Save what the person would know before anything was published but zeros."""
    release = released(country)
    oracle = Oracle(country.tables, country.links, country.areas)
    before, after = echelon(oracle.zeros(release.cells)), echelon(oracle.known(release.cells))
    counts = _counts(country)
    small = {
        cell.key: oracle.vector(cell.key)
        for cell in release.cells
        if cell.status in (Status.PRIMARY, Status.BASE_TOO_SMALL)
    }
    for alone, own in small.items():
        if counts[alone] != 1:
            continue
        then, now = and_also(before, own), and_also(after, own)
        assert all(follows(then, v) for v in small.values() if follows(now, v))


@exhaustive
@given(countries())
def test_nothing_is_hidden_for_others_without_need(country: Country) -> None:
    release = released(country)
    oracle = Oracle(country.tables, country.links, country.areas)
    known = echelon(oracle.known(release.cells))
    counts = _counts(country)
    secret = {
        cell.key: vector
        for cell in release.cells
        if cell.status in SECRET and not follows(known, vector := oracle.vector(cell.key))
    }
    for cell in release.cells:
        if cell.status is not Status.SECONDARY:
            continue
        more = and_also(known, oracle.vector(cell.key))
        everyone = any(follows(more, vector) for vector in secret.values())
        assert everyone or any(
            follows(and_also(more, secret[alone]), vector)
            for alone in secret
            if counts[alone] == 1
            for key, vector in secret.items()
            if key != alone
        )


@exhaustive
@given(countries(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(country: Country, random: object) -> None:
    shuffled = list(country.tables), list(country.areas), list(country.links)
    for part in shuffled:
        getattr(random, "shuffle")(part)  # noqa: B009
    again = protect(tables=shuffled[0], areas=shuffled[1], links=shuffled[2], policy=country.policy)
    assert again == released(country)


def _counts(country: Country) -> dict[object, int]:
    decisions = suppress(
        Cube.of(country.tables),
        links=country.links,
        areas=country.areas,
        policy=country.policy,
    )
    return {decision.cell.key: decision.cell.count for decision in decisions}
