"""What the program is told, and how each part is read and judged."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from brukerplan.config.reading import BadSettingError, key_bytes, required, url_parts

INSTANCE = Path(__file__).resolve().parents[2] / "instance"
LOCAL_HOSTS = ("localhost", "127.0.0.1")
DEMO_ADDRESS = "http://127.0.0.1:5000"
_MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Mode(StrEnum):
    """What the installation is for; only production holds real persons."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """A sign-in service elsewhere, and who we are there."""

    issuer: str
    name: str
    client_id: str
    client_key: str = field(repr=False)
    key_id: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program is told from outside. Secrets never show in ``repr``."""

    mode: Mode
    database_url: str = field(repr=False)  # may hold a password
    secret_key: str = field(repr=False)
    master_key: str = field(repr=False)
    public_url: str = DEMO_ADDRESS
    new_master_key: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)  # may hold a password
    mail_from: str = ""
    second_factor_required: bool = True
    proxies: int = 0
    provider: ProviderSettings | None = None

    @property
    def demo(self) -> bool:
        """Whether everything here is synthetic, and must say so."""
        return self.mode is Mode.DEMO

    def cookie_name(self, name: str) -> str:
        """Return what a cookie of ours is called.

        By the prefix browsers take it from this very host over HTTPS alone: a neighbour under
        the same domain, or whoever answers in clear, cannot plant one of that name.
        """
        return name if self.demo else f"__Host-{name}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names the pages are asked for by: the public one, and the machine's own."""
        public = urlsplit(self.public_url).hostname or ""
        return (public, *(name for name in LOCAL_HOSTS if name != public))

    @property
    def allow_synthetic_numbers(self) -> bool:
        """Test numbers (month + 80) are accepted in the demo and nowhere else."""
        return self.demo


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """What `backup` and `restore` need: whoever takes backups need not hold the other secrets."""

    database_url: str = field(repr=False)
    key: bytes = field(repr=False)


def load_settings(
    environment: Mapping[str, str] | None = None, *, database_url: str | None = None
) -> Settings:
    """Read the settings; ``database_url`` given on a command line wins over the environment.

    Raises
    ------
    MissingSettingError, BadSettingError
        Naming the setting, never its value.
    """
    values = os.environ if environment is None else environment
    try:
        mode = Mode(values.get("BRUKERPLAN_MODE", Mode.DEMO))
    except ValueError as error:
        raise BadSettingError(name="BRUKERPLAN_MODE") from error
    instance = Path(values.get("BRUKERPLAN_INSTANCE", INSTANCE))
    url = database_url or values.get("BRUKERPLAN_DATABASE_URL")
    if mode is Mode.DEMO:
        defaults = _demo_secrets(instance, values)
        url = url or _embedded(values)
    else:
        defaults = {}
    settings = Settings(
        mode=mode,
        database_url=url or required(values, "BRUKERPLAN_DATABASE_URL"),
        secret_key=defaults.get("secret_key") or required(values, "BRUKERPLAN_SECRET_KEY"),
        master_key=defaults.get("master_key") or required(values, "BRUKERPLAN_MASTER_KEY"),
        new_master_key=values.get("BRUKERPLAN_NEW_MASTER_KEY") or None,
        public_url=_public_url(values, mode),
        smtp_url=_smtp_url(values),
        mail_from=_mail_from(values),
        second_factor_required=_second_factor_required(values, mode),
        proxies=_proxies(values),
        provider=_provider(values),
    )
    if len(settings.secret_key) < 32:
        raise BadSettingError(name="BRUKERPLAN_SECRET_KEY")
    key_bytes("BRUKERPLAN_MASTER_KEY", settings.master_key)
    if settings.new_master_key is not None:
        key_bytes("BRUKERPLAN_NEW_MASTER_KEY", settings.new_master_key)
    return settings


def load_backup_settings(
    environment: Mapping[str, str] | None = None, *, database_url: str | None = None
) -> BackupSettings:
    """Read what backing up needs.

    Raises
    ------
    MissingSettingError, BadSettingError
        Naming the setting, never its value.
    """
    values = os.environ if environment is None else environment
    key = backup_key(values)
    return BackupSettings(database_address(values, database_url=database_url), key)


def backup_key(environment: Mapping[str, str] | None = None) -> bytes:
    """Read the key that seals backups. It has no default, also not in a demo.

    Raises
    ------
    MissingSettingError, BadSettingError
        It is missing, unusable, or the master key over again: whoever can read a backup
        would then also know who is who in it.
    """
    values = os.environ if environment is None else environment
    name = "BRUKERPLAN_BACKUP_KEY"
    given = required(values, name)
    if given == values.get("BRUKERPLAN_MASTER_KEY"):
        raise BadSettingError(name=name)
    return key_bytes(name, given)


def database_address(
    environment: Mapping[str, str] | None = None, *, database_url: str | None = None
) -> str:
    """Read where the database is, for commands that need no secret of the application.

    Raises
    ------
    MissingSettingError
        It is not given in production.
    """
    values = os.environ if environment is None else environment
    url = database_url or values.get("BRUKERPLAN_DATABASE_URL")
    if url or values.get("BRUKERPLAN_MODE") == Mode.PRODUCTION:
        return url or required(values, "BRUKERPLAN_DATABASE_URL")
    return _embedded(values)


def _embedded(values: Mapping[str, str]) -> str:
    instance = Path(values.get("BRUKERPLAN_INSTANCE", INSTANCE))
    return f"sqlite:///{instance / 'brukerplan.sqlite'}"


def _public_url(values: Mapping[str, str], mode: Mode) -> str:
    name = "BRUKERPLAN_PUBLIC_URL"
    # Never from the request: whoever sends one could have links made to another place.
    url = values.get(name) or (DEMO_ADDRESS if mode is Mode.DEMO else required(values, name))
    parts = url_parts(name, url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise BadSettingError(name=name)
    if parts.fragment or parts.username or parts.path not in {"", "/"}:
        raise BadSettingError(name=name)
    return url.rstrip("/")


def _second_factor_required(values: Mapping[str, str], mode: Mode) -> bool:
    name = "BRUKERPLAN_SECOND_FACTOR"
    word = values.get(name) or ("optional" if mode is Mode.DEMO else "required")
    # Where real persons are, nobody turns it off.
    if word not in {"required", "optional"} or (mode is not Mode.DEMO and word != "required"):
        raise BadSettingError(name=name)
    return word == "required"


def _proxies(values: Mapping[str, str]) -> int:
    name = "BRUKERPLAN_PROXIES"
    word = values.get(name) or "0"
    if word not in {"0", "1", "2", "3"}:
        raise BadSettingError(name=name)
    return int(word)


def _smtp_url(values: Mapping[str, str]) -> str | None:
    name = "BRUKERPLAN_SMTP_URL"
    url = values.get(name)
    if not url:
        return None
    parts = url_parts(name, url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSettingError(name=name)
    return url


def _mail_from(values: Mapping[str, str]) -> str:
    name = "BRUKERPLAN_MAIL_FROM"
    if not values.get(name) and not values.get("BRUKERPLAN_SMTP_URL"):
        return ""
    address = required(values, name).strip()
    if not _MAIL_ADDRESS.fullmatch(address):
        raise BadSettingError(name=name)
    return address


def _provider(values: Mapping[str, str]) -> ProviderSettings | None:
    name = "BRUKERPLAN_OIDC_ISSUER"
    issuer = values.get(name)
    if not issuer:
        return None
    parts = url_parts(name, issuer)
    # What comes back from there decides who somebody is: never in clear, but on this machine.
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)
    if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise BadSettingError(name=name)
    return ProviderSettings(
        issuer=issuer,
        name=values.get("BRUKERPLAN_OIDC_NAME") or parts.hostname,
        client_id=required(values, "BRUKERPLAN_OIDC_CLIENT_ID"),
        client_key=required(values, "BRUKERPLAN_OIDC_CLIENT_KEY"),
        key_id=values.get("BRUKERPLAN_OIDC_KEY_ID", ""),
        levels=tuple(required(values, "BRUKERPLAN_OIDC_ACR").split()),
    )


def _demo_secrets(instance: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Secrets of a demo: from the environment, else made at random once and kept.

    They are never the same on two machines: a default secret has a way of reaching
    production.
    """
    given = {
        "secret_key": values.get("BRUKERPLAN_SECRET_KEY", ""),
        "master_key": values.get("BRUKERPLAN_MASTER_KEY", ""),
    }
    if all(given.values()):
        return given
    path = instance / "demo-secrets.json"
    if not path.exists():
        try:
            instance.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadSettingError(name="BRUKERPLAN_INSTANCE") from error
        made = {
            "secret_key": secrets.token_urlsafe(48),
            "master_key": base64.b64encode(secrets.token_bytes(32)).decode("ascii"),
        }
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {name: value or kept[name] for name, value in given.items()}
