"""Two municipalities become one: who was known in either is known in the one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.actions.key_merger import (
    KeysMerged,
    MergedWithItselfError,
    StillMappingError,
    merge_keys,
)
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables import Organisation, Registration, RoundMunicipality
from tests.actions.earlier import begin, in_year, register
from tests.actions.keys_world import MASTER, alive, freeze, resting, rotate
from tests.actions.world import NOW, YEAR, World

THEN = YEAR - 1
INTO = "1108"


def merge(world: World, into: str = INTO) -> KeysMerged:
    """Let Stavanger become part of another municipality."""
    return merge_keys(
        world.database,
        wrapper=MASTER,
        from_id=world.municipalities["1103"],
        into_id=world.municipalities[into],
        now=NOW,
    )


def mapped_in_both(world: World) -> World:
    """Somebody in each municipality last year, and this year only the one that stays."""
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(takes_part=False)
        )
    earlier = in_year(world, THEN)
    register(earlier, THEN, 1, label="S-1")
    register(earlier, THEN, 2, label="S-2", unit_id=world.units[INTO][0])
    freeze(earlier, THEN)
    return earlier


def test_the_unit_goes_on_with_its_last_years_answers(world: World) -> None:
    mapped_in_both(world)
    assert merge(world) == KeysMerged(keys=1, units=2)
    later = in_year(world, YEAR + 1)
    assert begin(later, YEAR + 1, 1).carried_from == THEN
    assert begin(later, YEAR + 1, 2, unit_id=world.units[INTO][0]).carried_from == THEN
    # Each was brought under the new key when typed, and the two old ones are gone.
    assert resting(world, Purpose.MUNICIPALITY) == set(alive(world, Purpose.MUNICIPALITY))
    assert len(alive(world, Purpose.MUNICIPALITY)) == 1


def test_without_the_keys_nobody_of_the_other_municipality_would_be_known(world: World) -> None:
    mapped_in_both(world)
    with world.database.begin() as session:
        session.execute(
            sa.update(Organisation)
            .where(Organisation.id == world.unit)
            .values(parent_id=world.municipalities[INTO], code="rus-1103")
        )
    later = in_year(world, YEAR + 1)
    assert begin(later, YEAR + 1, 1, label="S-1").carried_from is None


def test_earlier_keys_are_inherited_too(world: World) -> None:
    mapped_in_both(world)
    rotate(world)
    assert merge(world).keys == 2
    assert begin(in_year(world, YEAR + 1), YEAR + 1, 1).carried_from == THEN


def test_what_was_registered_stays_where_it_was_registered(world: World) -> None:
    earlier = mapped_in_both(world)
    merge(world)
    with world.database.read() as session:
        places = session.scalars(
            sa.select(Registration.municipality_id).where(Registration.round_id == earlier.round_id)
        ).all()
        codes = session.scalars(
            sa.select(Organisation.code)
            .where(Organisation.parent_id == world.municipalities[INTO])
            .order_by(Organisation.code)
        ).all()
    assert sorted(places) == sorted(world.municipalities[code] for code in ("1103", INTO))
    assert codes == ["hjemme", "hjemme-1103", "rus", "rus-1103"]


def test_not_while_it_is_mapping(world: World) -> None:
    world.start(1)
    with pytest.raises(StillMappingError, match=str(YEAR)):
        merge(world)


def test_not_with_itself(world: World) -> None:
    with pytest.raises(MergedWithItselfError):
        merge(world, into="1103")
