"""What follows from what is known, and who would learn what from one more number."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from brukerplan.disclosure.elimination import Secrets, Span, canonical
from tests.disclosure.worlds import echelon, follows

COLUMNS = 6
vectors = st.dictionaries(
    st.integers(0, COLUMNS - 1), st.integers(-9, 9).filter(bool), min_size=1, max_size=COLUMNS
)


@given(st.lists(vectors, max_size=8), vectors)
def test_a_vector_reduces_to_nothing_exactly_when_it_follows(
    known: list[dict[int, int]], asked: dict[int, int]
) -> None:
    span = Span()
    for vector in known:
        if reduced := span.reduce(vector):
            span.accept(reduced, min(reduced))
    basis = echelon([_fractions(vector) for vector in known])
    assert (not span.reduce(asked)) == follows(basis, _fractions(asked))


@given(st.lists(vectors, max_size=8))
def test_no_row_holds_the_pivot_of_another(known: list[dict[int, int]]) -> None:
    span = Span()
    for vector in known:
        if reduced := span.reduce(vector):
            span.accept(reduced, max(reduced))
    assert not any(column in span.rows for row in span.rows.values() for column in row)
    held = {(c, pivot) for pivot, row in span.rows.items() for c in row}
    assert {(c, pivot) for c, pivots in span.holders.items() for pivot in pivots} == held


@given(vectors, st.integers(-9, 9).filter(bool))
def test_proportional_vectors_look_the_same(vector: dict[int, int], factor: int) -> None:
    scaled = {column: factor * value for column, value in vector.items()}
    assert canonical(scaled) == canonical(vector)


def test_a_secret_shared_over_two_steps_is_still_kept_from_a_person_alone() -> None:
    """w = −v becomes known first; then s, one person, must not learn v by way of w."""
    secrets = Secrets(Span())
    secrets.protect({1: 1}, "w")
    secrets.protect({2: 1}, "v", others=True)
    secrets.protect({3: 1}, "s", alone=True)
    assert secrets.accept({1: 1, 2: 1})
    assert not secrets.accept(secrets.span.reduce({1: 1, 3: 1}))
    assert secrets.accept(secrets.span.reduce({3: 1, 4: 1}))


def test_a_secret_made_known_by_force_is_told() -> None:
    secrets = Secrets(Span())
    secrets.protect({1: 1, 2: 1}, "v", others=True)
    assert secrets.would_expose({1: -2, 2: -2})
    assert secrets.accept({1: 2, 2: 2}, force=True)
    assert secrets.exposed == ["v"]


def _fractions(vector: dict[int, int]) -> list[Fraction]:
    return [Fraction(vector.get(column, 0)) for column in range(COLUMNS)]
