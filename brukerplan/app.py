"""The application factory: settings in, a Flask application out."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from brukerplan import web
from brukerplan.actions.keys import Keys
from brukerplan.config import BadSettingError, Settings, load_settings
from brukerplan.demo.accounts import DEMO_ACCOUNTS
from brukerplan.identity.keyring import MasterKey
from brukerplan.mail import BadMailUrlError, MailServer
from brukerplan.openid import Provider
from brukerplan.openid.client_key import read_client_key
from brukerplan.openid.errors import BadClientKeyError
from brukerplan.persistence.engine import Database
from brukerplan.web import demo_only
from brukerplan.web.services import DemoAccount, Services, install

PROVIDER_ANSWER = "/logg-inn/ekstern/svar"
"""Where a sign-in provider sends people back to, as it is registered there."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; settings come from the environment when none are given.

    Raises
    ------
    RealRoundError
        A demo on a database with a round of real persons.
    """
    settings = settings or load_settings()
    master_key = MasterKey.from_base64(settings.master_key)
    database = Database(settings.database_url, log_key=master_key.log_key(), held=not settings.demo)
    app = Flask("brukerplan.web", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=settings.cookie_name("session"),
        # What the prefix demands: the whole host, and no other.
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
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
    install(
        app,
        Services(
            settings,
            database,
            Keys(database, master_key),
            accounts,
            mail_server(settings),
            sign_in_provider(settings),
        ),
    )
    web.register(app)
    if settings.demo:
        demo_only.install(app, database)
    if settings.proxies:
        # The address attempts are counted by; who else could set the header is kept out by
        # counting from its end.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
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


def sign_in_provider(settings: Settings) -> Provider | None:
    """The sign-in provider of the settings; ``None`` when there is none.

    Raises
    ------
    BadSettingError
        Our key there cannot be used.
    """
    told = settings.provider
    if told is None:
        return None
    try:
        key = read_client_key(told.client_key, told.key_id)
    except BadClientKeyError as error:
        raise BadSettingError(name="BRUKERPLAN_OIDC_CLIENT_KEY") from error
    return Provider(
        issuer=told.issuer,
        name=told.name,
        client_id=told.client_id,
        key=key,
        levels=told.levels,
        redirect_uri=settings.public_url + PROVIDER_ANSWER,
    )
