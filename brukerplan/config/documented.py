"""Every environment variable there is, as ``docs/settings.md`` documents it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable, as ``docs/settings.md`` documents it."""

    name: str
    secret: bool
    meaning: str


SETTINGS = (
    Setting(
        "BRUKERPLAN_MODE",
        False,
        "`demo` (default; fictive persons only, any other database is refused) or `production`",
    ),
    Setting(
        "BRUKERPLAN_DATABASE_URL",
        False,
        "SQLite or PostgreSQL address; default a SQLite file in `instance/`; "
        "required in production, where `serve` refuses a PostgreSQL login that "
        "[could step over the policies](operations.md#set-up-in-production)",
    ),
    Setting(
        "BRUKERPLAN_SECRET_KEY",
        True,
        "signs sessions, at least 32 characters; required in production",
    ),
    Setting(
        "BRUKERPLAN_MASTER_KEY",
        True,
        "32 bytes in base64 that wrap the pseudonym keys; required in production",
    ),
    Setting(
        "BRUKERPLAN_BACKUP_KEY",
        True,
        "32 bytes in base64 that seal backups, other than the master key; "
        "required by `backup` and `restore`, used by nothing else",
    ),
    Setting(
        "BRUKERPLAN_NEW_MASTER_KEY",
        True,
        "the master key that takes over, only while `brukerplan keys rewrap` runs",
    ),
    Setting(
        "BRUKERPLAN_INSTANCE",
        False,
        "folder of the embedded database and the demo's own secrets; default `instance/`",
    ),
    Setting(
        "BRUKERPLAN_SECOND_FACTOR",
        False,
        "`required` or `optional` (default in the demo); always required in production",
    ),
    Setting(
        "BRUKERPLAN_PROXIES",
        False,
        "how many proxies of one's own stand before the program and add to `X-Forwarded-For`; "
        "default `0`",
    ),
    Setting(
        "BRUKERPLAN_PUBLIC_URL",
        False,
        "the address people reach the pages at, for links in e-mails and for passkeys; "
        "requests for another name are refused; "
        "default `http://127.0.0.1:5000`; required in production",
    ),
    Setting(
        "BRUKERPLAN_SMTP_URL",
        True,
        "e-mail server, `smtp://user:password@host:587` or `smtps://…`; "
        "without it invitations are handed over by the coordinator and nobody is reminded",
    ),
    Setting(
        "BRUKERPLAN_MAIL_FROM",
        False,
        "the address e-mails come from; required where there is an e-mail server",
    ),
    Setting(
        "BRUKERPLAN_OIDC_ISSUER",
        False,
        "a sign-in service that speaks OpenID Connect, e.g. `https://ansattporten.no`; "
        "without it nobody is sent anywhere to sign in",
    ),
    Setting(
        "BRUKERPLAN_OIDC_NAME",
        False,
        "what the sign-in page calls it, e.g. `Ansattporten`; default the issuer's host",
    ),
    Setting(
        "BRUKERPLAN_OIDC_CLIENT_ID",
        False,
        "the id this installation has there; required where there is an issuer",
    ),
    Setting(
        "BRUKERPLAN_OIDC_CLIENT_KEY",
        True,
        "private key that proves it, PEM or JWK; required where there is an issuer",
    ),
    Setting(
        "BRUKERPLAN_OIDC_KEY_ID",
        False,
        "the name (`kid`) the key is registered under; default the JWK's own",
    ),
    Setting(
        "BRUKERPLAN_OIDC_ACR",
        False,
        "the assurance levels that are enough, with spaces between, e.g. "
        "`idporten-loa-substantial idporten-loa-high`; required where there is an issuer",
    ),
)
