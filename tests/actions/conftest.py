"""The small world, on each engine in turn."""

from __future__ import annotations

import pytest

from brukerplan.persistence.engine import Database
from tests.actions.world import World, build


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities and an open round."""
    return build(database)
