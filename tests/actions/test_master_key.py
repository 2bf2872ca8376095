"""Another master key takes over: nothing that the old one closed is lost, or still its own."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa

from brukerplan.actions.log_checking import check_log
from brukerplan.actions.master_key import Replaced, replace_master_key
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.sealing import SealBrokenError
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.log_check import Fault
from brukerplan.persistence.tables import RecoveryCode, TotpFactor
from brukerplan.persistence.tables.states import FactorState
from tests.actions.world import NOW, World, build
from tests.conftest import EVERYTHING
from tests.log_key import MASTER_KEY

SECOND, THIRD = MasterKey(b"2" * 32), MasterKey(b"3" * 32)
SECRET = pyotp.random_base32().encode()


@pytest.fixture
def world(database: Database) -> World:
    """A registrar with an app and a code on paper, who has logged something."""
    made = build(database)
    user_id = made.registrar.user_id
    about = f"authenticator of user {user_id}"
    with database.begin() as session:
        session.add(
            TotpFactor(
                user_id=user_id,
                state=FactorState.IN_USE,
                sealed_secret=MASTER_KEY.sealer().seal(SECRET, about=about),
                made_at=NOW,
            )
        )
        session.add(RecoveryCode(user_id=user_id, code_digest=b"c" * 32, made_at=NOW))
    act(database, user_id)
    return made


def act(database: Database, user_id: int) -> None:
    """Do something that is logged."""
    with database.begin() as session:
        log(session, at=NOW, user_id=user_id, action="registration.read")


def go_on_under(world: World, master: MasterKey) -> Database:
    """The database as the program opens it after the replacement, with an act more."""
    opened = Database(
        world.database.engine.url.render_as_string(hide_password=False),
        log_key=master.log_key(),
        reach=EVERYTHING,
    )
    act(opened, world.registrar.user_id)
    return opened


def test_apps_still_work_and_codes_on_paper_are_gone(world: World) -> None:
    done = replace_master_key(world.database, earlier=MASTER_KEY, later=SECOND, now=NOW)

    assert (done.apps, done.codes) == (1, 1)
    with world.database.read() as session:
        (app,) = session.scalars(sa.select(TotpFactor)).all()
        assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0
    about = f"authenticator of user {app.user_id}"
    assert SECOND.sealer().open(app.sealed_secret, about=about) == SECRET
    with pytest.raises(SealBrokenError):
        MASTER_KEY.sealer().open(app.sealed_secret, about=about)


def test_done_twice_it_changes_nothing_the_second_time(world: World) -> None:
    replace_master_key(world.database, earlier=MASTER_KEY, later=SECOND, now=NOW)
    user_id = world.registrar.user_id
    with world.database.begin() as session:
        session.add(RecoveryCode(user_id=user_id, code_digest=b"d" * 32, made_at=NOW))

    again = replace_master_key(world.database, earlier=MASTER_KEY, later=SECOND, now=NOW)

    assert again == Replaced(keys=0, apps=0, codes=0)


def test_the_log_holds_across_two_replacements(world: World) -> None:
    replace_master_key(world.database, earlier=MASTER_KEY, later=SECOND, now=NOW)
    second = go_on_under(world, SECOND)
    replace_master_key(second, earlier=SECOND, later=THIRD, now=NOW)
    third = go_on_under(world, THIRD)
    try:
        checked = check_log(third, sealer=THIRD.sealer())
        without = check_log(third)
        with pytest.raises(SealBrokenError):
            check_log(third, sealer=SECOND.sealer())
    finally:
        second.dispose()
        third.dispose()

    assert checked.breaks == ()
    assert without.breaks != (), "rows under an earlier key would hold by themselves"


def test_a_row_that_is_sealed_by_the_key_before_after_the_replacement_is_found(
    world: World,
) -> None:
    replace_master_key(world.database, earlier=MASTER_KEY, later=SECOND, now=NOW)
    second = go_on_under(world, SECOND)
    # Whoever has the old master key goes on with it.
    act(world.database, world.registrar.user_id)
    try:
        checked = check_log(second, sealer=SECOND.sealer())
    finally:
        second.dispose()

    (broken,) = checked.breaks
    assert (broken.chain, broken.fault) == (world.registrar.user_id, Fault.CHANGED)
