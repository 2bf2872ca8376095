"""What passkeys (WebAuthn) are made for, and what a browser is asked of one.

Origin and relying party come from the public address, never from the request.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from brukerplan.access.policy import Actor
from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.sessions import factors_of
from brukerplan.persistence.tables import UserAccount


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are made for: the origin people see, and its host."""

    origin: str
    host: str

    @classmethod
    def of(cls, public_url: str) -> Site | None:
        """Return the site of the public address; ``None`` where browsers make no passkeys:
        at a numeric address, and without encryption anywhere but on the machine itself."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            secure = parts.scheme == "https" or host == "localhost"
            return cls(public_url, host) if secure else None
        return None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a browser: the options as JSON, and the challenge in them."""

    options: dict[str, Any]
    challenge: str


def ask_to_register(database: Database, sealer: Sealer, site: Site, *, by: Actor) -> Asked:
    """Return the options for a new passkey of the actor."""
    with database.read() as session:
        email = session.scalars(
            sa.select(UserAccount.email).where(UserAccount.id == by.user_id)
        ).one()
        known = factors_of(session, by.user_id).passkeys
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="brukerplan",
        user_name=email,
        user_display_name=by.name,
        # The same each time, so that a device has one a person; tells nobody else anything.
        user_id=sealer.digest("passkey user", str(by.user_id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(each.credential_id) for each in known],
    )
    return _asked(options)


def ask_to_sign_in(database: Database, site: Site, *, user_id: int | None) -> Asked:
    """Return the options for showing a passkey.

    Parameters
    ----------
    user_id
        Whose, as second factor; ``None`` for a sign-in by passkey alone, which demands that
        the device verifies who uses it, and names no account.
    """
    known: tuple[bytes, ...] = ()
    if user_id is not None:
        with database.read() as session:
            known = tuple(each.credential_id for each in factors_of(session, user_id).passkeys)
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=[PublicKeyCredentialDescriptor(each) for each in known],
        user_verification=(
            UserVerificationRequirement.REQUIRED
            if user_id is None
            else UserVerificationRequirement.PREFERRED
        ),
    )
    return _asked(options)


def _asked(options: Any) -> Asked:
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return Asked(plain, str(plain["challenge"]))
