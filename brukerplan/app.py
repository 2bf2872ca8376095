"""The application factory: settings in, a Flask application out."""

from __future__ import annotations

from flask import Flask

from brukerplan import web
from brukerplan.actions.keys import Keys
from brukerplan.config import BadSettingError, Settings, load_settings
from brukerplan.demo.accounts import DEMO_ACCOUNTS
from brukerplan.identity.keyring import MasterKey
from brukerplan.mail import BadMailUrlError, MailServer
from brukerplan.persistence.engine import Database
from brukerplan.web.services import DemoAccount, Services, install


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; settings come from the environment when none are given."""
    settings = settings or load_settings()
    database = Database(settings.database_url, held=not settings.demo)
    app = Flask("brukerplan.web", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.demo,
        MAX_CONTENT_LENGTH=1_000_000,
        # A request for another name is not ours, and no link is made from it.
        TRUSTED_HOSTS=list(settings.hosts),
    )
    accounts = (
        tuple(DemoAccount(a.email, a.password, a.description) for a in DEMO_ACCOUNTS)
        if settings.demo
        else ()
    )
    keys = Keys(database, MasterKey.from_base64(settings.master_key))
    install(app, Services(settings, database, keys, accounts, mail_server(settings)))
    web.register(app)
    return app


def mail_server(settings: Settings) -> MailServer | None:
    """The e-mail server of the settings; ``None`` when there is none.

    Raises
    ------
    BadSettingError
        Its address cannot be used.
    """
    if settings.smtp_url is None:
        return None
    try:
        return MailServer.from_url(settings.smtp_url, sender=settings.mail_from)
    except BadMailUrlError as error:
        raise BadSettingError(name="BRUKERPLAN_SMTP_URL") from error
