"""Whoever runs the machine lets people in and keeps them out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Membership
from brukerplan.access.roles import Role
from brukerplan.actions.accepting import (
    InvitationNotUsableError,
    accept_invitation,
    open_invitation,
)
from brukerplan.actions.accounts import OrganisationNotFoundError, UserNotFoundError
from brukerplan.actions.changing_password import LinkNotUsableError, choose_password, open_link
from brukerplan.actions.invitations import AlreadyMemberError, Invited, invite, withdraw_invitation
from brukerplan.actions.mail_addresses import MailAddressError
from brukerplan.actions.operating import (
    HELD_AT,
    AccountClosedError,
    RoleNotHeldHereError,
    close_account,
    invite_first,
    new_password_link,
    open_account,
    reset_factor_of,
)
from brukerplan.actions.people import RoleNotGrantableError
from brukerplan.actions.sessions import begin, session_for_request
from brukerplan.actions.sign_in import SignInRefusedError, sign_in
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import AccessLog, RecoveryCode, UserSession
from brukerplan.persistence.tables import Membership as MembershipRow
from brukerplan.persistence.tables.states import Assurance
from tests.actions.world import NOW, World, build
from tests.mail.server import PostOffice

URL = "https://brukerplan.example"
NEW, PASSWORD = "nina@kommune.example", "et langt passord for prøven"


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


def invited(
    world: World,
    role: Role = Role.COORDINATOR,
    where: int | None = None,
    *,
    email: str = NEW,
    office: PostOffice | None = None,
) -> Invited:
    return invite_first(
        world.database,
        mail=None if office is None else office.mail,
        public_url=URL,
        organisation_id=world.municipalities["1103"] if where is None else where,
        email=email,
        role=role,
        now=NOW,
    )


def token_of(invited: Invited) -> str:
    assert invited.token is not None
    return invited.token


def accept(world: World, token: str) -> int:
    return accept_invitation(
        world.database, token=token, password=PASSWORD, name="Nina Ny", now=NOW
    )


def acts(world: World, action: str) -> list[AccessLog]:
    with world.database.read() as session:
        return list(session.scalars(sa.select(AccessLog).where(AccessLog.action == action)))


# The first of an installation


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.SYSTEM_ADMINISTRATOR, "nation"),
        (Role.TRUST_ADMINISTRATOR, "trust"),
        (Role.TRUST_ANALYST, "trust"),
        (Role.COORDINATOR, "municipality"),
        (Role.DATA_PROTECTION_OFFICER, "municipality"),
    ],
)
def test_the_first_of_each_role_is_let_in_by_a_link_that_works_once(
    world: World, role: Role, place: str
) -> None:
    where = {"nation": world.nation, "trust": world.trust}.get(place, world.municipalities["1103"])

    token = token_of(invited(world, role, where))
    offered = open_invitation(world.database, token=token, now=NOW)
    user_id = accept(world, token)

    assert (offered.inviter, offered.role) == (None, role)
    assert offered.organisation_name == offered.municipality_name
    found = sign_in(world.database, email=NEW, password=PASSWORD, now=NOW)
    assert found.memberships == {Membership(role, where)}
    with world.database.read() as session:
        assert session.get_one(MembershipRow, (user_id, where, role)).granted_by is None
    with pytest.raises(InvitationNotUsableError):
        accept(world, token)


def test_it_is_logged_where_it_is_and_as_done_from_the_command_line(world: World) -> None:
    accept(world, token_of(invited(world)))

    for action in ("invitation.made", "membership.granted"):
        act = acts(world, action)[-1]
        assert (act.user_id, act.organisation_id) == (None, world.municipalities["1103"])
        assert act.detail == "coordinator command_line"


def test_the_link_goes_by_e_mail_where_there_is_one_and_is_then_nowhere_else(world: World) -> None:
    with PostOffice() as office:
        found = invited(world, Role.TRUST_ADMINISTRATOR, world.trust, office=office)

    assert (found.outcome, found.token) == ("sent", None)
    letter = office.text_to(NEW)
    assert "Du er invitert til brukerplan som rundeansvarlig i Stavanger." in letter
    accept(world, letter.split(f"{URL}/invitasjon/")[1].split()[0])


def test_a_message_that_is_not_taken_leaves_the_link_to_be_handed_over(world: World) -> None:
    with PostOffice(refuses=frozenset({NEW})) as office:
        accept(world, token_of(invited(world, office=office)))


def test_a_newer_link_replaces_the_older_and_both_end(world: World) -> None:
    older, newer = token_of(invited(world)), token_of(invited(world))

    with pytest.raises(InvitationNotUsableError):
        open_invitation(world.database, token=older, now=NOW)
    with pytest.raises(InvitationNotUsableError):
        open_invitation(world.database, token=newer, now=NOW + timedelta(days=15))
    open_invitation(world.database, token=newer, now=NOW)


def test_a_coordinator_takes_back_an_invitation_to_coordinate_and_not_the_officers(
    world: World,
) -> None:
    colleague, officer = invited(world), invited(world, Role.DATA_PROTECTION_OFFICER)
    assert colleague.invitation_id
    assert officer.invitation_id

    withdraw_invitation(
        world.database, by=world.coordinator, invitation_id=colleague.invitation_id, now=NOW
    )

    with pytest.raises(RoleNotGrantableError):
        withdraw_invitation(
            world.database, by=world.coordinator, invitation_id=officer.invitation_id, now=NOW
        )
    accept(world, token_of(officer))


def test_an_invitation_of_a_coordinator_still_falls_with_the_coordinators_role(
    world: World,
) -> None:
    # The world's coordinator has no membership in the database.
    found = invite(
        world.database,
        by=world.coordinator,
        mail=None,
        public_url=URL,
        organisation_id=world.unit,
        email=NEW,
        role=Role.REGISTRAR,
        now=NOW,
    )

    with pytest.raises(InvitationNotUsableError):
        open_invitation(world.database, token=token_of(found), now=NOW)


@pytest.mark.parametrize(
    ("role", "place"),
    [(role, place) for role in Role for place in ("nation", "trust", "municipality", "unit")],
)
def test_a_role_is_given_where_it_belongs_and_nowhere_else(
    world: World, role: Role, place: str
) -> None:
    where = {
        "nation": world.nation,
        "trust": world.trust,
        "municipality": world.municipalities["1103"],
        "unit": world.unit,
    }[place]
    if place in HELD_AT.get(role, ()):
        assert invited(world, role, where).outcome == "hand_over"
        return
    with pytest.raises(RoleNotHeldHereError):
        invited(world, role, where)


def test_what_cannot_be_is_refused(world: World) -> None:
    accept(world, token_of(invited(world)))
    with pytest.raises(AlreadyMemberError):
        invited(world)
    with pytest.raises(MailAddressError):
        invited(world, email="nina")
    with pytest.raises(OrganisationNotFoundError):
        invited(world, where=99_999)
    close_account(world.database, email=NEW, now=NOW)
    with pytest.raises(AccountClosedError):
        invited(world, Role.DATA_PROTECTION_OFFICER)


# An account that is there


@pytest.fixture
def nina(world: World) -> int:
    """A coordinator with an account."""
    return accept(world, token_of(invited(world)))


def signed_in(world: World, user_id: int) -> str:
    return begin(
        world.database,
        user_id=user_id,
        assurance=Assurance.PASSWORD,
        strong=False,
        browser="Firefox",
        user_agent="Firefox",
        now=NOW,
    )


def works(world: World, token: str) -> bool:
    found = session_for_request(world.database, token=token, user_agent="Firefox", now=NOW)
    return found is not None


def test_a_closed_account_opens_nothing_until_it_is_opened_again(world: World, nina: int) -> None:
    session_token = signed_in(world, nina)
    link = new_password_link(world.database, email=NEW, now=NOW)
    assert works(world, session_token)

    close_account(world.database, email=NEW, now=NOW)
    close_account(world.database, email=NEW, now=NOW)

    assert not works(world, session_token)
    with pytest.raises(SignInRefusedError):
        sign_in(world.database, email=NEW, password=PASSWORD, now=NOW)
    for _ in range(2):
        with pytest.raises(LinkNotUsableError):
            open_link(world.database, token=link, now=NOW)
        open_account(world.database, email=NEW, now=NOW)
    assert not works(world, session_token), "the session has ended, not rested"
    assert sign_in(world.database, email=NEW, password=PASSWORD, now=NOW).memberships
    for action in ("user.closed", "user.opened"):
        (act,) = acts(world, action)
        assert (act.user_id, act.subject) == (None, str(nina))
        assert (act.organisation_id, act.detail) == (world.municipalities["1103"], "command_line")


def test_whom_a_closed_account_has_invited_is_not_let_in(world: World, nina: int) -> None:
    by = sign_in(world.database, email=NEW, password=PASSWORD, now=NOW)
    found = invite(
        world.database,
        by=by,
        mail=None,
        public_url=URL,
        organisation_id=world.unit,
        email="to@kommune.example",
        role=Role.REGISTRAR,
        now=NOW,
    )
    open_invitation(world.database, token=token_of(found), now=NOW)

    close_account(world.database, email=NEW, now=NOW)

    with pytest.raises(InvitationNotUsableError):
        open_invitation(world.database, token=token_of(found), now=NOW)


def test_a_lost_second_factor_is_taken_away_and_its_owner_told(world: World, nina: int) -> None:
    session_token = signed_in(world, nina)
    with world.database.begin() as session:
        session.add(RecoveryCode(code_digest=b"c" * 32, user_id=nina, made_at=NOW))

    with PostOffice() as office:
        reset_factor_of(world.database, email=NEW, mail=office.mail, now=NOW)

    assert "Den som drifter løsningen, har nullstilt" in office.text_to(NEW)
    assert not works(world, session_token)
    with world.database.read() as session:
        assert session.scalars(sa.select(RecoveryCode)).all() == []
        assert session.scalars(sa.select(UserSession)).all() == []
    (act,) = acts(world, "user.factor_reset")
    assert (act.user_id, act.subject, act.detail) == (None, str(nina), "command_line")


def test_a_new_password_is_chosen_by_a_link_without_e_mail(world: World, nina: int) -> None:
    link = new_password_link(world.database, email=NEW, now=NOW)

    choose_password(world.database, token=link, new="fire helt andre ord", mail=None, now=NOW)

    found = sign_in(world.database, email=NEW, password="fire helt andre ord", now=NOW)
    assert found.user_id == nina
    (act,) = acts(world, "user.link_handed_over")
    assert (act.user_id, act.subject) == (None, str(nina))


def test_nobody_is_helped_who_is_not_there_or_closed(world: World, nina: int) -> None:
    for email in ("ingen@kommune.example", "rita"):
        for refused in (
            lambda email=email: close_account(world.database, email=email, now=NOW),
            lambda email=email: open_account(world.database, email=email, now=NOW),
            lambda email=email: new_password_link(world.database, email=email, now=NOW),
            lambda email=email: reset_factor_of(world.database, email=email, mail=None, now=NOW),
        ):
            with pytest.raises((UserNotFoundError, MailAddressError)):
                refused()
    close_account(world.database, email=NEW, now=NOW)
    with pytest.raises(AccountClosedError):
        reset_factor_of(world.database, email=NEW, mail=None, now=NOW)
    with pytest.raises(AccountClosedError):
        new_password_link(world.database, email=NEW, now=NOW)


def test_who_works_nowhere_is_closed_as_well(world: World) -> None:
    close_account(world.database, email="rita@eksempel.no", now=NOW)

    (act,) = acts(world, "user.closed")
    assert act.organisation_id is None
