"""What a request needs from outside Flask, made once by the application factory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from flask import Flask, current_app

from brukerplan.actions.keys import Keys
from brukerplan.actions.passkey_asking import Site
from brukerplan.config import Settings
from brukerplan.identity.sealing import Sealer
from brukerplan.mail import MailServer
from brukerplan.openid import Provider
from brukerplan.persistence.engine import Database

EXTENSION = "brukerplan"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account the sign-in page offers in demo mode, and only there."""

    email: str
    password: str
    description: str


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of every view."""

    settings: Settings
    database: Database
    keys: Keys
    demo_accounts: tuple[DemoAccount, ...] = ()
    # None where no e-mail server is set up.
    mail: MailServer | None = None
    # None where people sign in here alone.
    provider: Provider | None = None

    @property
    def sealer(self) -> Sealer:
        """What seals the secrets of signing in."""
        return _sealer(self.settings.master_key)

    @property
    def passkey_site(self) -> Site | None:
        """What passkeys are made for; ``None`` where browsers make none."""
        return Site.of(self.settings.public_url)


def install(app: Flask, services: Services) -> None:
    """Give the application its services."""
    app.extensions[EXTENSION] = services


def services() -> Services:
    """Return the services of the application that handles this request."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """Return the services of an application."""
    return cast(Services, app.extensions[EXTENSION])


@cache
def _sealer(master_key: str) -> Sealer:
    return Sealer.from_base64(master_key)
