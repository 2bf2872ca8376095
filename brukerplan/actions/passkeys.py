"""Passkeys (WebAuthn): registered, named, removed, and used to sign in.

A challenge is kept by the browser in its signed cookie until it is answered, and remembered
here once it has been: so that nobody who only asks for one writes anything, and none is
answered twice.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
import webauthn
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException

from brukerplan.access.policy import Actor
from brukerplan.actions.passkey_asking import Site
from brukerplan.actions.second_factor import codes_where_none, require_factor_left
from brukerplan.actions.sessions import changes_own_access
from brukerplan.actions.ways_in import OnlyWayInError, ways_left
from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.queries.sessions import BegunSession, factors_of
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Passkey, UsedChallenge
from brukerplan.translation import UserError, mark

CHALLENGE_LIFETIME = timedelta(minutes=5)
LONGEST_NAME = 60
# Nobody has more; each is read at every sign-in with one.
MOST = 10


class PasskeyRefusedError(UserError):
    """The answer is not one of a passkey we know, or not to what was asked."""

    message: ClassVar[str] = mark("Passnøkkelen ble ikke godtatt. Prøv igjen.")


class PasskeyNotFoundError(UserError):
    """There is no such passkey of one's own."""

    message: ClassVar[str] = mark("Passnøkkelen er fjernet allerede.")


class PasskeyNameError(UserError):
    """The name is empty or too long."""

    message: ClassVar[str] = mark("Skriv et navn med høyst %(longest)s tegn.")


class TooManyPasskeysError(UserError):
    """There is an end to how many anyone has."""

    message: ClassVar[str] = mark("Du kan ha høyst %(most)s passnøkler. Fjern en først.")


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose passkey it was, and whether it verified who used it."""

    actor: Actor
    verified: bool


def register_passkey(
    database: Database,
    sealer: Sealer,
    site: Site,
    *,
    by: Actor,
    begun: BegunSession,
    challenge: str,
    answer: str,
    name: str,
    now: datetime,
) -> tuple[str, ...]:
    """Keep a new passkey, and return recovery codes where the account had none.

    Raises
    ------
    PasskeyRefusedError, PasskeyNameError, TooManyPasskeysError
        It cannot be kept.
    """
    name = _clean_name(name)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefusedError from error
    made: list[str] = []

    def change(session: Session) -> None:
        _spend(session, challenge, now)
        if len(factors_of(session, by.user_id).passkeys) >= MOST:
            raise TooManyPasskeysError(most=MOST)
        try:
            with session.begin_nested():
                session.add(
                    Passkey(
                        user_id=by.user_id,
                        credential_id=verified.credential_id,
                        public_key=verified.credential_public_key,
                        sign_count=verified.sign_count,
                        name=name,
                        made_at=now,
                    )
                )
        except IntegrityError as error:
            raise PasskeyRefusedError from error
        made.extend(codes_where_none(session, sealer, by.user_id, now))

    changes_own_access(
        database,
        change,
        by=by,
        kept=begun.id,
        action="user.passkey_added",
        strong=True,
        now=now,
    )
    return tuple(made)


def show_passkey(
    database: Database,
    site: Site,
    *,
    user_id: int | None,
    challenge: str,
    answer: str,
    now: datetime,
) -> Shown:
    """Judge what a passkey answered, and return whose it is.

    Parameters
    ----------
    user_id
        Whose it must be; ``None`` for a sign-in by passkey alone.

    Raises
    ------
    PasskeyRefusedError
        Unknown, another's, answered before, copied (its counter went back), of a closed
        account, or not verified where that is demanded: not told which.
    """
    with database.begin(Door.SIGN_IN) as session:
        row = session.scalar(
            sa.select(Passkey)
            .where(Passkey.credential_id == _credential_id(answer))
            .with_for_update()
        )
        if row is None or user_id not in (None, row.user_id):
            raise PasskeyRefusedError
        try:
            verified = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=user_id is None,
            )
        except (WebAuthnException, ValueError) as error:
            raise PasskeyRefusedError from error
        _spend(session, challenge, now)
        owner = actor(session, row.user_id)
        if owner is None:
            raise PasskeyRefusedError
        row.sign_count, row.last_used_at = verified.new_sign_count, now
        log(session, at=now, user_id=row.user_id, action="user.passkey_shown")
    return Shown(owner, verified.user_verified)


def rename_passkey(
    database: Database, *, by: Actor, passkey_id: uuid.UUID, name: str, now: datetime
) -> None:
    """Give a passkey another name.

    Raises
    ------
    PasskeyNameError, PasskeyNotFoundError
        It cannot be.
    """
    name = _clean_name(name)
    with database.begin() as session:
        _own(session, by, passkey_id).name = name
        log(session, at=now, user_id=by.user_id, action="user.passkey_renamed")


def remove_passkey(
    database: Database,
    *,
    by: Actor,
    begun: BegunSession,
    passkey_id: uuid.UUID,
    required: bool,
    now: datetime,
) -> None:
    """Forget a passkey.

    Raises
    ------
    PasskeyNotFoundError, FactorNeededError, OnlyWayInError
        It is gone, the last second factor of somebody who must have one, or all that opens
        the account.
    """

    def change(session: Session) -> None:
        session.delete(_own(session, by, passkey_id))
        session.flush()
        require_factor_left(session, by, required=required)
        if not ways_left(session, by.user_id):
            raise OnlyWayInError

    changes_own_access(
        database, change, by=by, kept=begun.id, action="user.passkey_removed", now=now
    )


def _own(session: Session, by: Actor, passkey_id: uuid.UUID) -> Passkey:
    row = session.get(Passkey, passkey_id, with_for_update=True)
    if row is None or row.user_id != by.user_id:
        raise PasskeyNotFoundError
    return row


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise PasskeyNameError(longest=LONGEST_NAME)
    return name


def _credential_id(answer: str) -> bytes:
    try:
        return base64url_to_bytes(str(json.loads(answer)["id"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PasskeyRefusedError from error


def _spend(session: Session, challenge: str, now: datetime) -> None:
    session.execute(sa.delete(UsedChallenge).where(UsedChallenge.expires_at <= now))
    digest = hashlib.sha256(challenge.encode()).digest()
    try:
        with session.begin_nested():
            session.add(UsedChallenge(challenge_digest=digest, expires_at=now + CHALLENGE_LIFETIME))
    except IntegrityError as error:
        raise PasskeyRefusedError from error
