"""Setting up organisations, users and roles, for whoever runs the machine.

Nobody's permission is asked for here: no page may call these. ``by`` is only for the log.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.legal_bases import state_service
from brukerplan.actions.passwords import hash_password, require_good
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.tables import Membership, Organisation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark


class UserExistsError(UserError):
    """The address is taken."""

    message: ClassVar[str] = mark(
        "Det finnes allerede en bruker med denne e-postadressen. Bruk en annen."
    )


class UserNotFoundError(UserError):
    """No user has this id."""

    message: ClassVar[str] = mark("Brukeren finnes ikke.")


class OrganisationExistsError(UserError):
    """The code is taken at this level."""

    message: ClassVar[str] = mark(
        "Det finnes allerede en organisasjon med koden %(code)s her. Bruk en annen kode."
    )


class OrganisationNotFoundError(UserError):
    """No organisation has this id."""

    message: ClassVar[str] = mark("Organisasjonen finnes ikke.")


def create_organisation(
    database: Database,
    *,
    kind: OrganisationKind,
    code: str,
    name: str,
    parent_id: int | None,
    now: datetime,
    language: str = "nb",
    service: str | None = None,
    by: Actor | None = None,
) -> int:
    """Add a node to the tree and return its id. ``by`` is ``None`` on the command line.

    Parameters
    ----------
    service
        Which kind of service a unit is. ``None``: it registers nobody until somebody says.

    Raises
    ------
    OrganisationExistsError, OrganisationNotFoundError, UnknownServiceError
        The code is taken, the parent is not there, or there is no such kind of service.
    """
    with database.begin() as session:
        if parent_id is not None and organisation(session, parent_id) is None:
            raise OrganisationNotFoundError
        row = Organisation(kind=kind, code=code, name=name, parent_id=parent_id, language=language)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            raise OrganisationExistsError(code=code) from error
        _log(session, by, now, "organisation.created", row.id, subject=row.id, detail=kind)
        if service is not None:
            state_service(
                session, row.id, service, user_id=None if by is None else by.user_id, now=now
            )
        return row.id


def create_user(
    database: Database,
    *,
    email: str,
    name: str,
    password: str,
    now: datetime,
    language: str = "nb",
    by: Actor | None = None,
) -> int:
    """Add a user without any role and return the id.

    Raises
    ------
    UserExistsError, PasswordTooShortError, PasswordTooCommonError, PasswordHoldsNameError
        The address or the password cannot be used.
    """
    require_good(password, email=email)
    password_hash = hash_password(password)
    with database.begin() as session:
        row = UserAccount(
            email=email.strip().lower(),
            name=name.strip(),
            password_hash=password_hash,
            language=language,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            raise UserExistsError from error
        _log(session, by, now, "user.created", None, subject=row.id)
        return row.id


def grant(
    database: Database,
    *,
    user_id: int,
    organisation_id: int,
    role: Role,
    now: datetime,
    by: Actor | None = None,
) -> None:
    """Give a user a role in an organisation; already having it is no error, and no new grant.

    Raises
    ------
    UserNotFoundError, OrganisationNotFoundError
        One of them is not there.
    """
    with database.begin() as session:
        if session.get(UserAccount, user_id) is None:
            raise UserNotFoundError
        if organisation(session, organisation_id) is None:
            raise OrganisationNotFoundError
        if session.get(Membership, (user_id, organisation_id, role)) is not None:
            return
        session.execute(
            sa.insert(Membership).values(
                user_id=user_id,
                organisation_id=organisation_id,
                role=role,
                granted_by=None if by is None else by.user_id,
                granted_at=now,
            )
        )
        _log(
            session,
            by,
            now,
            "membership.granted",
            organisation_id,
            subject=user_id,
            detail=role,
        )


def _log(
    session: Session,
    by: Actor | None,
    now: datetime,
    action: str,
    organisation_id: int | None,
    *,
    subject: object,
    detail: str = "",
) -> None:
    log(
        session,
        at=now,
        user_id=None if by is None else by.user_id,
        action=action,
        organisation_id=organisation_id,
        subject=subject,
        detail=detail if by else f"{detail} command_line".strip(),
    )
