"""The panel stays whole when the trust key is replaced, and is linked when the transfer key is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.actions.key_rotation import TransferKeyInUseError
from brukerplan.actions.keys import Keys
from brukerplan.actions.master_key import replace_master_key
from brukerplan.identity.errors import KeyCannotBeOpenedError
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.pseudonyms import Purpose, transfer_pseudonym, trust_pseudonym
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    PseudonymKey,
    Registration,
    TransferLink,
)
from tests.actions.earlier import in_year, register
from tests.actions.keys_world import (
    MASTER,
    alive,
    freeze,
    freeze_with,
    panel,
    resting,
    rotate,
    rotate_transfer,
    rotate_trust,
)
from tests.actions.test_importing import read_in
from tests.actions.world import NOW, YEAR, World, person
from tests.files.sheets import row

THEN = YEAR - 1


def both(earlier: World, world: World) -> set[bytes]:
    """Who is in both rounds."""
    return set(panel(earlier)) & set(panel(world))


def test_a_new_trust_key_parts_nobody_from_who_they_were(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1, 2])
    before = set(panel(earlier))

    _, rows = rotate_trust(world)
    rotate_trust(world)
    freeze_with(world, YEAR, [2, 3])

    assert rows == 2
    assert not before & set(panel(earlier)), "what the earlier key made is nowhere"
    assert len(both(earlier, world)) == 1
    assert resting(world, Purpose.TRUST) == {alive(world, Purpose.TRUST)[-1]}
    assert len(alive(world, Purpose.TRUST)) == 3, "every layer is needed by the next freeze"


def test_with_the_newest_trust_key_alone_nobody_would_be_found_again(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1])
    rotate_trust(world)
    keys = world.keys
    with world.database.begin() as session:
        first, newest = keys.for_the_freeze().layers(session, world.trust, NOW)
        transfer = transfer_pseudonym(person(1), keys.transfer(session, world.nation, NOW))
    assert panel(earlier) == [trust_pseudonym(transfer, first, newest)]
    assert panel(earlier) != [trust_pseudonym(transfer, newest)]
    assert panel(earlier) != [trust_pseudonym(transfer, newest, first)]


@pytest.mark.parametrize("change", ["housing", "gender", "municipality_code"])
def test_what_is_frozen_about_a_person_does_not_change_with_the_key(
    world: World, change: str
) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1])
    rotate_trust(world)
    # The owner's: the application has no right to try.
    with pytest.raises(IntegrityError), world.database.connect() as connection:
        connection.execute(sa.update(FROZEN_REGISTRATION).values({change: None}))


def test_a_frozen_person_is_known_under_the_key_in_use_alone(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1])
    first = alive(world, Purpose.TRUST)[0]
    rotate_trust(world)
    for values in (
        {"trust_key_id": first},
        {"trust_pseudonym": None, "trust_key_id": None},
        {"trust_key_id": alive(world, Purpose.MUNICIPALITY)[0]},
    ):
        with pytest.raises(IntegrityError), world.database.begin() as session:
            session.execute(sa.update(FROZEN_REGISTRATION).values(values))


def test_the_transfer_key_is_not_replaced_in_the_middle_of_a_round(world: World) -> None:
    started = world.start(1)
    with pytest.raises(TransferKeyInUseError):
        rotate_transfer(world)
    with world.database.begin() as session:
        session.execute(sa.delete(Registration).where(Registration.id == started))
    rotate_transfer(world)


def test_whoever_is_seen_in_the_next_round_is_linked_across_a_new_transfer_key(
    world: World,
) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1, 2])
    first = alive(world, Purpose.TRANSFER)
    new = rotate_transfer(world)
    assert alive(world, Purpose.TRANSFER) == [*first, new.id], "needed until the freeze"

    freeze_with(world, YEAR, [2, 3])

    assert len(both(earlier, world)) == 1
    assert len(set(panel(earlier))) == 2, "whoever was not seen stays, as somebody of that year"
    assert alive(world, Purpose.TRANSFER) == [new.id]
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TransferLink)) == 0


def test_without_the_link_they_would_be_two(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1])
    rotate_transfer(world)
    register(world, YEAR, 1, label="S-1")
    with world.database.begin() as session:
        session.execute(sa.delete(TransferLink))
    freeze(world, YEAR)
    assert not both(earlier, world)


def test_several_new_keys_of_every_kind_between_two_rounds(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [1, 2])
    rotate_transfer(world)
    rotate_trust(world)
    rotate_transfer(world)
    rotate(world)
    freeze_with(world, YEAR, [1, 2])
    assert len(both(earlier, world)) == 2
    later = in_year(world, YEAR + 1)
    rotate_trust(world)
    freeze_with(later, YEAR + 1, [2])
    assert len(both(earlier, later)) == len(both(world, later)) == 1


def test_whoever_is_read_in_from_a_file_is_linked_too(world: World) -> None:
    freeze_with(in_year(world, THEN), THEN, [1])
    rotate_transfer(world)
    read_in(world, row(1), row(2))
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TransferLink)) == 2


def test_a_deleted_registration_takes_its_link_with_it(world: World) -> None:
    freeze_with(in_year(world, THEN), THEN, [1])
    rotate_transfer(world)
    started = world.start(1)
    with world.database.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TransferLink)) == 1
        session.execute(sa.delete(Registration).where(Registration.id == started))
        assert session.scalar(sa.select(sa.func.count()).select_from(TransferLink)) == 0


def replaced(world: World, earlier: MasterKey, later: MasterKey) -> int:
    """Replace the master key; return how many keys were closed anew."""
    return replace_master_key(world.database, earlier=earlier, later=later, now=NOW).keys


def test_another_master_key_opens_them_all_and_the_old_one_none(world: World) -> None:
    started = world.start(1)
    new = MasterKey(b"n" * 32)

    assert replaced(world, MASTER, new) == 2
    assert replaced(world, MASTER, new) == 0

    with world.database.begin() as session:
        place = world.municipalities["1103"]
        key = Keys(world.database, new).municipal(session, place, NOW)
        assert key == world.keys.municipal(session, place, NOW)
        with pytest.raises(KeyCannotBeOpenedError):
            Keys(world.database, MASTER).municipal(session, place, NOW)
    assert world.start(1) == started


def test_a_key_that_neither_opens_leaves_all_of_them_as_they_were(world: World) -> None:
    world.start(1)
    with world.database.begin() as session:
        before = session.execute(sa.select(PseudonymKey.id, PseudonymKey.wrapped)).all()
    with pytest.raises(KeyCannotBeOpenedError):
        replaced(world, MasterKey(b"x" * 32), MasterKey(b"n" * 32))
    with world.database.begin() as session:
        assert session.execute(sa.select(PseudonymKey.id, PseudonymKey.wrapped)).all() == before
