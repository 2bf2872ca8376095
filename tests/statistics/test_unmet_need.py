from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.questionnaire.codelists import SERVICE_NEED
from brukerplan.statistics.unmet_need import NEEDING, UNMET, need

COUNTS: dict[str, int | None] = {
    "no_need": 60,
    "needs_not_received": 8,
    "receives_covers": 20,
    "receives_not_covers": 4,
    "unknown": 8,
}


def test_unmet_need_is_not_receiving_or_not_covered_among_those_who_need() -> None:
    found = need(COUNTS, 100)
    assert (found.base, found.needing, found.unmet) == (100, 32, 12)
    assert found.needing_share() == Decimal(32)
    assert found.unmet_share(1) == Decimal("37.5")
    assert found.needed_by_many is True
    assert found.poorly_covered is True


@pytest.mark.parametrize(
    ("needing", "many"), [(24, False), (25, True), (26, True)], ids=["under", "at", "over"]
)
def test_a_service_is_needed_by_many_from_a_quarter_on(needing: int, many: bool) -> None:
    counts = {"needs_not_received": 0, "receives_covers": needing, "receives_not_covers": 0}
    assert need(counts, 100).needed_by_many is many
    assert need(counts, 100).poorly_covered is False


@pytest.mark.parametrize("hidden", NEEDING)
def test_what_rests_on_a_hidden_count_is_not_told(hidden: str) -> None:
    found = need({**COUNTS, hidden: None}, 100)
    assert found.needing is None
    assert found.needed_by_many is None
    assert found.poorly_covered is None
    assert found.unmet_share() is None


def test_unmet_need_needs_those_who_need_to_be_shown() -> None:
    found = need({**COUNTS, "receives_covers": None}, 100)
    assert (found.unmet, found.unmet_share()) == (12, None)


def test_a_count_left_out_is_hidden_and_not_zero() -> None:
    assert need({"needs_not_received": 3, "receives_not_covers": 1}, 10).needing is None


def test_a_hidden_base_hides_the_share_of_those_who_need_only() -> None:
    found = need(COUNTS, None)
    assert found.needing_share() is None
    assert found.unmet_share() == Decimal(38)


def test_a_service_nobody_needs_has_no_unmet_share() -> None:
    found = need(dict.fromkeys(NEEDING, 0), 50)
    assert (found.needing_share(), found.unmet_share()) == (Decimal(0), None)
    assert (found.needed_by_many, found.poorly_covered) == (False, None)


@given(counts=st.tuples(*[st.integers(0, 200)] * 5))
def test_unmet_need_is_never_more_than_need(counts: tuple[int, ...]) -> None:
    given_counts = dict(zip((code.id for code in SERVICE_NEED), counts, strict=True))
    found = need(given_counts, sum(counts))
    assert found.needing is not None
    assert found.unmet is not None
    assert 0 <= found.unmet <= found.needing <= sum(counts)


def test_the_answers_summed_are_those_of_the_questionnaire() -> None:
    assert set(UNMET) < set(NEEDING) < {code.id for code in SERVICE_NEED}
