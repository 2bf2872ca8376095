"""An address may name anything; what cannot be is not found, and is no fault of ours."""

from __future__ import annotations

import pytest

from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.queries.rounds import round_of_year
from tests.actions.world import build

IMPOSSIBLE = (-1, 0, 40_000, 2**31, 2**63, 10**30)


@pytest.mark.parametrize("number", IMPOSSIBLE)
def test_a_number_no_column_holds_is_nothing(database: Database, number: int) -> None:
    world = build(database)

    with database.read() as session:
        assert organisation_path(session, number) == ()
        assert round_of_year(session, number) is None
        assert organisation_path(session, world.unit)[0] == world.unit
        assert round_of_year(session, 2026) is not None
