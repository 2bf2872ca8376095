"""Units and members: what a coordinator does, and what nobody else can."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, time, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions import accepting
from brukerplan.actions.accepting import (
    AccountMadeMeanwhileError,
    InvitationNotUsableError,
    PersonNameError,
    WrongPasswordError,
    accept_invitation,
    open_invitation,
)
from brukerplan.actions.accounts import create_user, grant
from brukerplan.actions.invitations import (
    LIFETIME,
    AlreadyMemberError,
    InvitationNotFoundError,
    Invited,
    OwnAccessError,
    grant_role,
    invite,
    withdraw_invitation,
)
from brukerplan.actions.mail_addresses import MailAddressError
from brukerplan.actions.oslo import OSLO, oslo_day
from brukerplan.actions.passwords import PasswordTooShortError, hash_password
from brukerplan.actions.people import (
    LastCoordinatorError,
    MemberNotFoundError,
    RoleNotGrantableError,
    members,
    remove_member,
)
from brukerplan.actions.scope import MunicipalityApprovedError, NotInRoundError, RoundNotOpenError
from brukerplan.actions.sign_in import SignInRefusedError, sign_in
from brukerplan.actions.unit_admin import (
    UnitNameError,
    UnitNameTakenError,
    create_unit,
    rename_unit,
)
from brukerplan.actions.unit_rounds import (
    ExpectedError,
    UnitHasRegistrationsError,
    put_in_unit,
    set_expected,
    take_out_unit,
)
from brukerplan.actions.units import declare_nothing_to_report
from brukerplan.persistence.queries.organisations import actor as actor_of
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.queries.people import waiting_invitations
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import AccessLog, Invitation
from brukerplan.translation import UserError
from tests.actions.world import NOW, World, somebody
from tests.mail.server import PostOffice

URL = "https://brukerplan.example"
PASSWORD = "et langt og godt passord"
NEW = "ny@kommune.example"


@pytest.fixture(autouse=True)
def real_coordinator(world: World) -> None:
    """Kari is the coordinator also in the database, as accepting an invitation asks."""
    really(world, world.coordinator)


def really(world: World, *actors: Actor) -> None:
    for actor in actors:
        for held in actor.memberships:
            grant(
                world.database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )


def invited(
    world: World,
    email: str = NEW,
    *,
    by: Actor | None = None,
    role: Role = Role.REGISTRAR,
    organisation_id: int | None = None,
    office: PostOffice | None = None,
) -> Invited:
    return invite(
        world.database,
        by=by or world.coordinator,
        mail=office.mail if office else None,
        public_url=URL,
        organisation_id=organisation_id or world.unit,
        email=email,
        role=role,
        now=NOW,
    )


def token_of(found: Invited) -> str:
    assert found.token is not None
    return found.token


def accept(world: World, token: str, *, name: str = "Nina Ny", password: str = PASSWORD) -> int:
    return accept_invitation(
        world.database, token=token, name=name, password=password, now=NOW + timedelta(hours=1)
    )


def as_now(world: World, user_id: int) -> Actor | None:
    """The user with the roles there are now."""
    with world.database.read() as session:
        return actor_of(session, user_id)


def logged(world: World) -> list[tuple[str, int | None, str]]:
    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.action, AccessLog.user_id, AccessLog.detail).order_by(AccessLog.id)
        )
        return [(action, user_id, detail) for action, user_id, detail in rows]


def new_unit(world: World, name: str = "Bo og oppfølging Åsen", *, by: Actor | None = None) -> int:
    return create_unit(
        world.database,
        by=by or world.coordinator,
        municipality_id=world.municipalities["1103"],
        name=name,
        service="other_health",
        round_id=world.round_id,
        expected=4,
        now=NOW,
    )


# Units


def test_a_new_unit_is_in_the_round_with_what_it_expects(world: World) -> None:
    unit_id = new_unit(world)

    with world.database.read() as session:
        made = organisation(session, unit_id)
        progress = unit_progress(session, unit_id, world.round_id)
    assert made is not None
    assert made.code == "bo-og-oppfolging-asen"
    assert made.parent_id == world.municipalities["1103"]
    assert progress is not None
    assert (progress.expected, progress.state) == (4, "open")
    acts = ["unit.created", "unit.service_stated", "unit.put_in"]
    assert [line[0] for line in logged(world)][-3:] == acts


def test_two_units_are_never_called_the_same_and_their_codes_differ(world: World) -> None:
    new_unit(world, "Bo & oppfølging")
    with pytest.raises(UnitNameTakenError):
        new_unit(world, "  BO  &  OPPFØLGING ")
    other = new_unit(world, "Bo og oppfølging")
    with pytest.raises(UnitNameTakenError):
        rename_unit(
            world.database, by=world.coordinator, unit_id=other, name="bo & oppfølging", now=NOW
        )

    with world.database.read() as session:
        names = {organisation(session, unit).code for unit in (other,)}  # type: ignore[union-attr]
    assert names == {"bo-og-oppfolging"}
    same_code = new_unit(world, "Bo-og-oppfølging!")
    with world.database.read() as session:
        found = organisation(session, same_code)
    assert found is not None
    assert found.code == "bo-og-oppfolging-2"


@pytest.mark.parametrize(
    "name", ["", " ", "x", "x" * 81, "12", "Nav\x00", "Sak 010180 12345", "\u202eNav"]
)
def test_a_name_says_what_the_unit_is_and_holds_no_number(world: World, name: str) -> None:
    with pytest.raises(UnitNameError):
        new_unit(world, name)


def test_a_unit_gets_another_name_and_keeps_its_code(world: World) -> None:
    rename_unit(world.database, by=world.coordinator, unit_id=world.unit, name="Nav Øst", now=NOW)

    with world.database.read() as session:
        found = organisation(session, world.unit)
    assert found is not None
    assert (found.name, found.code) == ("Nav Øst", "rus")


def test_expected_numbers_are_set_together_or_not_at_all(world: World) -> None:
    def expect(**numbers: int) -> int:
        return set_expected(
            world.database,
            by=world.coordinator,
            municipality_id=world.municipalities["1103"],
            round_id=world.round_id,
            expected={int(unit.removeprefix("u")): number for unit, number in numbers.items()},
            now=NOW,
        )

    first, second = f"u{world.unit}", f"u{world.other_unit}"
    with pytest.raises(ExpectedError):
        expect(**{first: 7, second: -1})
    with pytest.raises(NotInRoundError):
        expect(**{first: 7, f"u{world.units['1108'][0]}": 9})

    assert expect(**{first: 7, second: 2}) == 1, "the other expected two before"

    with world.database.read() as session:
        progress = unit_progress(session, world.unit, world.round_id)
    assert progress is not None
    assert progress.expected == 7
    assert logged(world)[-1][::2] == ("unit.expected_set", "expected=7 before=2")


def test_a_unit_leaves_the_round_only_while_it_has_nobody(world: World) -> None:
    def leave(unit_id: int) -> None:
        take_out_unit(
            world.database, by=world.coordinator, unit_id=unit_id, round_id=world.round_id, now=NOW
        )

    world.start(1)
    with pytest.raises(UnitHasRegistrationsError):
        leave(world.unit)
    leave(world.other_unit)
    with pytest.raises(NotInRoundError):
        leave(world.other_unit)
    with world.database.read() as session:
        assert unit_progress(session, world.other_unit, world.round_id) is None

    put_in_unit(
        world.database,
        by=world.coordinator,
        unit_id=world.other_unit,
        round_id=world.round_id,
        now=NOW,
    )
    with world.database.read() as session:
        assert unit_progress(session, world.other_unit, world.round_id) is not None


def test_an_approved_municipality_or_a_frozen_round_takes_no_units(world: World) -> None:
    world.approve(["1103", "1108"], persons=1)
    with pytest.raises(MunicipalityApprovedError):
        new_unit(world)
    world.freeze()
    with pytest.raises(RoundNotOpenError):
        new_unit(world)


# Who may


def test_only_the_municipalitys_coordinator_touches_its_units_and_people(world: World) -> None:
    """Every other role, and the same role elsewhere, is refused at every door."""
    others = [
        world.registrar,
        world.lead,
        world.officer,
        world.administrator,
        world.coordinates("1108"),
        Actor(
            world.coordinator.user_id,
            "x",
            frozenset({Membership(Role.COORDINATOR, world.unit + 999)}),
        ),
        Actor(world.coordinator.user_id, "nobody"),
    ]
    here = world.municipalities["1103"]
    really(world, world.registrar)
    waiting = invited(world)
    assert waiting.invitation_id is not None
    withdrawn = waiting.invitation_id
    database, round_id = world.database, world.round_id

    def doors(by: Actor) -> list[Callable[[], object]]:
        return [
            lambda: new_unit(world, "Ny", by=by),
            lambda: rename_unit(database, by=by, unit_id=world.unit, name="Nyere", now=NOW),
            lambda: put_in_unit(database, by=by, unit_id=world.unit, round_id=round_id, now=NOW),
            lambda: take_out_unit(
                database, by=by, unit_id=world.other_unit, round_id=round_id, now=NOW
            ),
            lambda: set_expected(
                database,
                by=by,
                municipality_id=here,
                round_id=round_id,
                expected={world.unit: 9},
                now=NOW,
            ),
            lambda: invited(world, "en@kommune.example", by=by),
            lambda: invited(world, by=by, role=Role.COORDINATOR, organisation_id=here),
            lambda: withdraw_invitation(database, by=by, invitation_id=withdrawn, now=NOW),
            lambda: remove_member(
                database,
                by=by,
                user_id=world.registrar.user_id,
                organisation_id=world.unit,
                role=Role.REGISTRAR,
                now=NOW,
            ),
        ]

    before = len(logged(world))
    for other in others:
        for door in doors(other):
            with pytest.raises(NotAllowedError):
                door()
    assert len(logged(world)) == before
    # The same doors open for the municipality's own coordinator.
    for door in doors(world.coordinator):
        door()
    assert len(logged(world)) > before


@pytest.mark.parametrize(
    ("place", "role"),
    [
        ("unit", Role.COORDINATOR),
        ("unit", Role.DATA_PROTECTION_OFFICER),
        ("unit", Role.SYSTEM_ADMINISTRATOR),
        ("municipality", Role.REGISTRAR),
        ("municipality", Role.UNIT_LEAD),
        ("municipality", Role.DATA_PROTECTION_OFFICER),
        ("municipality", Role.TRUST_ADMINISTRATOR),
    ],
)
def test_a_coordinator_gives_three_roles_and_no_other(world: World, place: str, role: Role) -> None:
    where = {"unit": world.unit, "municipality": world.municipalities["1103"]}[place]

    with pytest.raises(RoleNotGrantableError):
        invited(world, role=role, organisation_id=where)


def test_a_coordinator_gives_nothing_above_the_municipality(world: World) -> None:
    for above in (world.trust, world.nation, world.municipalities["1108"], 2**40, -1):
        with pytest.raises(NotAllowedError):
            invited(world, role=Role.COORDINATOR, organisation_id=above)


def test_a_coordinator_at_the_wrong_level_still_gives_no_role_there(world: World) -> None:
    misplaced = Actor(
        world.coordinator.user_id, "x", frozenset({Membership(Role.COORDINATOR, world.trust)})
    )

    with pytest.raises(RoleNotGrantableError):
        invited(world, by=misplaced, role=Role.COORDINATOR, organisation_id=world.trust)


def test_nobody_gives_themself_a_role(world: World) -> None:
    with pytest.raises(OwnAccessError):
        invited(world, "Kari@eksempel.no")


def test_a_coordinator_does_not_choose_who_watches_over_them(world: World) -> None:
    really(world, world.officer)

    with pytest.raises(RoleNotGrantableError):
        remove_member(
            world.database,
            by=world.coordinator,
            user_id=world.officer.user_id,
            organisation_id=world.municipalities["1103"],
            role=Role.DATA_PROTECTION_OFFICER,
            now=NOW,
        )
    with world.database.read() as session:
        shown = members(session, world.municipalities["1103"])
    assert [member.name for member in shown] == ["Kari Koordinator"]


# Inviting


def test_an_invited_person_makes_an_account_and_is_let_in_once(world: World) -> None:
    with PostOffice() as office:
        found = invited(world, "  Ny@Kommune.example ", office=office)
    assert (found.outcome, found.token) == ("sent", None), "the secret is in the e-mail alone"
    letter = office.text_to(NEW)
    assert "Kari Koordinator" in letter
    assert "registrator i Rus- og psykisk helse 1103, Kommune 1103" in letter
    assert "15. desember 2026" in letter
    token = letter.split(f"{URL}/invitasjon/")[1].split()[0]

    offer = open_invitation(world.database, token=token, now=NOW)
    user_id = accept(world, token)

    assert offer.account_id is None
    actor = sign_in(world.database, email=NEW, password=PASSWORD, now=NOW)
    assert actor.user_id == user_id
    assert actor.memberships == {Membership(Role.REGISTRAR, world.unit)}
    with world.database.read() as session:
        (member,) = members(session, world.unit)
    assert (member.name, member.granted_by) == ("Nina Ny", "Kari Koordinator")
    with pytest.raises(InvitationNotUsableError):
        accept(world, token, name="Noen Andre")


def test_the_store_holds_no_secret_that_opens_anything(world: World) -> None:
    token = token_of(invited(world))

    with world.database.read() as session:
        stored = session.execute(sa.select(Invitation.__table__)).one()
    pieces = [token[start : start + 6] for start in range(len(token) - 5)]
    for value in stored:
        kept = value if isinstance(value, bytes) else str(value).encode()
        assert not any(piece.encode() in kept for piece in pieces)
    with pytest.raises(InvitationNotUsableError):
        open_invitation(world.database, token=stored.token_digest.hex(), now=NOW)


def test_expired_withdrawn_used_and_unknown_links_are_answered_alike(world: World) -> None:
    expired = token_of(invited(world, "en@kommune.example"))
    replaced = token_of(invited(world, "to@kommune.example"))
    invited(world, "to@kommune.example")
    withdrawn = invited(world, "tre@kommune.example")
    used = token_of(invited(world, "fire@kommune.example"))
    accept(world, used)
    assert withdrawn.invitation_id is not None
    withdraw_invitation(
        world.database, by=world.coordinator, invitation_id=withdrawn.invitation_id, now=NOW
    )

    said = set()
    for token in (replaced, token_of(withdrawn), used, "unknown", "", "\ud800"):
        with pytest.raises(InvitationNotUsableError) as caught:
            open_invitation(world.database, token=token, now=NOW)
        said.add(str(caught.value))
    last_day = oslo_day(NOW + LIFETIME)
    late_that_day = datetime.combine(last_day, time(23, 59), OSLO)
    open_invitation(world.database, token=expired, now=late_that_day)
    with pytest.raises(InvitationNotUsableError) as caught:
        open_invitation(world.database, token=expired, now=late_that_day + timedelta(minutes=1))
    assert said == {str(caught.value)}


def test_an_invitation_is_withdrawn_once(world: World) -> None:
    found = invited(world)
    assert found.invitation_id is not None

    def take_back(invitation_id: uuid.UUID) -> None:
        withdraw_invitation(
            world.database, by=world.coordinator, invitation_id=invitation_id, now=NOW
        )

    take_back(found.invitation_id)
    for gone in (found.invitation_id, uuid.uuid4()):
        with pytest.raises(InvitationNotFoundError):
            take_back(gone)
    with world.database.read() as session:
        assert waiting_invitations(session, (world.unit,)) == ()


def test_a_colleague_of_the_municipality_gets_the_role_at_once_and_is_told(world: World) -> None:
    colleague = somebody(world.database, "Tove Travel", Role.REGISTRAR, world.other_unit)
    really(world, colleague)
    with PostOffice() as office:
        found = invited(world, "Tove@eksempel.no", role=Role.UNIT_LEAD, office=office)

    assert found == Invited("granted")
    letter = office.text_to("tove@eksempel.no")
    actor = as_now(world, colleague.user_id)
    assert actor is not None
    assert Membership(Role.UNIT_LEAD, world.unit) in actor.memberships
    assert "Kari Koordinator har gitt deg tilgang som enhetsleder" in letter
    assert "/invitasjon/" not in letter
    assert logged(world)[-1] == (
        "membership.granted",
        world.coordinator.user_id,
        "unit_lead",
    )
    with pytest.raises(AlreadyMemberError):
        invited(world, "tove@eksempel.no", role=Role.UNIT_LEAD)


def test_inviting_does_not_tell_who_has_an_account_elsewhere(world: World) -> None:
    really(world, world.stranger)
    with PostOffice() as office:
        elsewhere = invited(world, "frode@eksempel.no", office=office)
        nobody = invited(world, NEW, office=office)

    assert (elsewhere.outcome, elsewhere.token) == (nobody.outcome, nobody.token)
    with world.database.read() as session:
        waiting = waiting_invitations(session, (world.unit,))
        shown = members(session, world.unit)
    assert {each.email for each in waiting} == {"frode@eksempel.no", NEW}
    assert shown == ()


def test_who_has_an_account_elsewhere_accepts_with_its_own_password(world: World) -> None:
    user_id = create_user(
        world.database, email="else@annen.example", name="Else Annen", password=PASSWORD, now=NOW
    )
    token = token_of(invited(world, "else@annen.example"))

    with pytest.raises(WrongPasswordError):
        accept(world, token, password="et annet passord")
    assert logged(world)[-1][:2] == ("user.refused", user_id)
    assert accept(world, token, name="Et Annet Navn") == user_id
    actor = as_now(world, user_id)
    assert actor is not None
    assert actor.name == "Else Annen"
    assert actor.memberships == {Membership(Role.REGISTRAR, world.unit)}


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "Nina\x00Ny"])
def test_a_poor_name_or_password_spends_nothing(world: World, name: str) -> None:
    token = token_of(invited(world))

    with pytest.raises(PersonNameError):
        accept(world, token, name=name)
    with pytest.raises(PasswordTooShortError):
        accept(world, token, password="kort")
    with pytest.raises(SignInRefusedError):
        sign_in(world.database, email=NEW, password="kort", now=NOW)
    accept(world, token)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ny",
        "ny@",
        "@kommune.example",
        "a b@kommune.example",
        "a@b@c.example",
        "a@kommune.example, b@kommune.example",
        "a@kommune.example\nBcc: b@kommune.example",
        "Ny <ny@kommune.example>",
        "n\u0456na@kommune.example",
        "ny@kommune.example.",
        "a" * 250 + "@kommune.example",
    ],
)
def test_what_is_not_one_address_is_refused(world: World, email: str) -> None:
    with pytest.raises(MailAddressError):
        invited(world, email)


def test_an_invitation_that_could_not_be_sent_is_handed_over(world: World) -> None:
    with PostOffice(refuses=frozenset({NEW})) as office:
        found = invited(world, office=office)

    assert found.outcome == "hand_over"
    accept(world, token_of(found))
    assert token_of(found) not in repr(found)


# Removing


def test_a_removed_member_is_out_at_once(world: World) -> None:
    really(world, world.registrar)

    def remove() -> None:
        remove_member(
            world.database,
            by=world.coordinator,
            user_id=world.registrar.user_id,
            organisation_id=world.unit,
            role=Role.REGISTRAR,
            now=NOW,
        )

    remove()

    actor = as_now(world, world.registrar.user_id)
    assert actor is not None
    assert actor.memberships == frozenset()
    assert logged(world)[-1] == ("membership.removed", world.coordinator.user_id, "registrar")
    with pytest.raises(MemberNotFoundError):
        remove()


def test_the_last_coordinator_stays_until_there_is_another(world: World) -> None:
    place = world.municipalities["1103"]

    def leave() -> None:
        remove_member(
            world.database,
            by=world.coordinator,
            user_id=world.coordinator.user_id,
            organisation_id=place,
            role=Role.COORDINATOR,
            now=NOW,
        )

    with pytest.raises(LastCoordinatorError):
        leave()
    second = somebody(world.database, "Klara Koordinator", Role.COORDINATOR, place)
    really(world, second)
    with world.database.begin() as session:
        session.execute(
            sa.text("UPDATE user_account SET active = :no WHERE id = :id"),
            {"no": False, "id": second.user_id},
        )
    with pytest.raises(LastCoordinatorError):
        leave()
    with world.database.begin() as session:
        session.execute(
            sa.text("UPDATE user_account SET active = :yes WHERE id = :id"),
            {"yes": True, "id": second.user_id},
        )
    leave()


def test_what_a_removed_coordinator_offered_lets_nobody_in(world: World) -> None:
    place = world.municipalities["1103"]
    second = somebody(world.database, "Klara Koordinator", Role.COORDINATOR, place)
    really(world, second)
    theirs = token_of(invited(world, by=second))
    others = token_of(invited(world, "annen@kommune.example"))

    remove_member(
        world.database,
        by=world.coordinator,
        user_id=second.user_id,
        organisation_id=place,
        role=Role.COORDINATOR,
        now=NOW,
    )

    with world.database.read() as session:
        waiting = waiting_invitations(session, (world.unit,))
    assert [each.email for each in waiting] == ["annen@kommune.example"]
    with pytest.raises(InvitationNotUsableError):
        accept(world, theirs)
    accept(world, others)


def test_an_offer_is_worth_what_its_giver_may_give_when_it_is_taken(world: World) -> None:
    """Also where the role was lost without a trace of the invitation: it is asked anew."""
    token = token_of(invited(world))
    with world.database.begin() as session:
        session.execute(
            sa.text("DELETE FROM membership WHERE user_id = :id"),
            {"id": world.coordinator.user_id},
        )

    with pytest.raises(InvitationNotUsableError):
        accept(world, token)


def test_a_declaration_of_nobody_survives_a_new_expected_number(world: World) -> None:
    declare_nothing_to_report(
        world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
    )
    set_expected(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        expected={world.unit: 0},
        now=NOW,
    )

    with world.database.read() as session:
        progress = unit_progress(session, world.unit, world.round_id)
    assert progress is not None
    assert progress.state == "nothing_to_report"


# At the same time


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all at the same time; what each came to, a result or a user's error."""

    def tried(act: Callable[[], object]) -> object:
        try:
            return act()
        except UserError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


def test_two_coordinators_who_remove_each_other_do_not_both_go(world: World) -> None:
    place = world.municipalities["1103"]
    second = somebody(world.database, "Klara Koordinator", Role.COORDINATOR, place)
    really(world, second)

    def removes(by: Actor, other: Actor) -> Callable[[], object]:
        return lambda: remove_member(
            world.database,
            by=by,
            user_id=other.user_id,
            organisation_id=place,
            role=Role.COORDINATOR,
            now=NOW,
        )

    came = at_once(removes(world.coordinator, second), removes(second, world.coordinator))

    assert [type(each) for each in came if each is not None] == [LastCoordinatorError]
    with world.database.read() as session:
        assert len(members(session, place)) == 1


def test_a_link_followed_twice_at_once_lets_in_one(world: World) -> None:
    token = token_of(invited(world))

    came = at_once(*(lambda name=name: accept(world, token, name=name) for name in ("A", "B", "C")))

    assert sum(isinstance(each, int) for each in came) == 1
    refused = [each for each in came if not isinstance(each, int)]
    assert all(
        isinstance(each, InvitationNotUsableError | AccountMadeMeanwhileError | WrongPasswordError)
        for each in refused
    )
    with world.database.read() as session:
        assert len(members(session, world.unit)) == 1


def test_who_has_an_account_and_clicks_twice_gets_the_role_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_user(world.database, email=NEW, name="Nina", password=PASSWORD, now=NOW)
    token = token_of(invited(world))
    granted, both = grant_role, Barrier(2)

    def not_before_the_other(*arguments: Any) -> None:
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)
        granted(*arguments)

    monkeypatch.setattr(accepting, "grant_role", not_before_the_other)

    came = at_once(lambda: accept(world, token), lambda: accept(world, token))

    assert sorted(type(each).__name__ for each in came) == ["InvitationNotUsableError", "int"]
    assert [line[0] for line in logged(world)].count("invitation.accepted") == 1


def test_two_units_made_at_once_are_not_called_the_same(world: World) -> None:
    came = at_once(*(lambda: new_unit(world, "Samme navn") for _ in range(3)))

    assert sorted(type(each).__name__ for each in came) == [
        "UnitNameTakenError",
        "UnitNameTakenError",
        "int",
    ]


def test_an_account_made_while_one_types_is_not_made_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = token_of(invited(world))
    there = token_of(invited(world, organisation_id=world.other_unit))
    hashed = hash_password

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(accepting, "hash_password", hashed)
        accept(world, there)
        return hashed(password)

    monkeypatch.setattr(accepting, "hash_password", meanwhile)
    with pytest.raises(AccountMadeMeanwhileError):
        accept(world, here)

    accept(world, here)
    actor = sign_in(world.database, email=NEW, password=PASSWORD, now=NOW)
    assert len(actor.memberships) == 2
