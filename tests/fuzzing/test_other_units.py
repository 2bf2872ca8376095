"""A registrar who knows every address and identifier of others gets nothing from any."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import pytest

from tests.actions.world import World
from tests.fuzzing.desk import opened
from tests.fuzzing.foreign import everything, of_others
from tests.fuzzing.stranger import Stranger, Tried

REGISTRAR = "registrar"
FOUND = r"shows|opens|changes|tells it is there"


def test_others_identifiers_in_an_address_show_change_and_tell_nothing(
    world: World, database_url: str
) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))

        gets_nothing(stranger, stranger.in_addresses(), in_address=True)

        asked = {rule.endpoint for rule in desk.app.url_map.iter_rules() if rule.arguments}
        # A secret link and a file's address hold no identifier that is in the database.
        assert asked - stranger.asked <= {"assets.asset", "invitation.follow"}


def test_others_identifiers_in_the_fields_of_ones_own_pages_show_and_change_nothing(
    world: World, database_url: str
) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))

        gets_nothing(stranger, stranger.in_fields(), in_address=False)

        assert {"my_list.start", "letters.sent", "registration.save"} <= stranger.asked


def test_others_have_something_of_everything_to_be_kept_from_the_registrar(
    world: World, database_url: str
) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))
        theirs = {name for name, rows in stranger.others.items() if rows}

        assert theirs >= {
            "registration",
            "registration_change",
            "registration_conflict",
            "registration_query",
            "invitation",
            "membership",
            "opt_out",
            "round_unit",
        }
        # And the registrar's own are not among them.
        for name in ("registration", "registration_conflict", "registration_query"):
            assert stranger.before[name] - stranger.others[name], name


def test_a_guard_that_lets_everyone_in_would_be_seen(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))
        monkeypatch.setattr("brukerplan.web.guards.allows", lambda *_: True)

        with pytest.raises(AssertionError, match=FOUND):
            gets_nothing(stranger, stranger.in_addresses(), in_address=True)


def test_a_page_without_any_guard_would_be_seen(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))
        monkeypatch.setattr("brukerplan.web.guards.allows", lambda *_: True)
        for name, module in list(sys.modules.items()):
            if name.startswith("brukerplan.actions.") and hasattr(module, "require"):
                monkeypatch.setattr(module, "require", lambda *_, **__: None)

        with pytest.raises(AssertionError, match=FOUND):
            gets_nothing(stranger, stranger.in_addresses(), in_address=True)


def test_a_change_in_others_rows_would_be_seen(world: World, database_url: str) -> None:
    with opened(database_url, world, only=REGISTRAR) as desk:
        stranger = Stranger(desk, desk.town.seat(REGISTRAR))
        for unit_id, seen in ((world.unit, False), (world.other_unit, True)):
            desk.reset.back()
            world.start(900, unit_id=unit_id)
            after = of_others(everything(world.database), stranger.whose)
            assert (after["registration"] != stranger.others["registration"]) is seen


def gets_nothing(stranger: Stranger, asked: Iterable[Tried], *, in_address: bool) -> None:
    """Ask all of it; the first that gives something is told."""
    for tried in asked:
        stranger.gets_nothing(tried, in_address=in_address)
