"""Reading one value from the environment, or saying which one cannot be used."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from brukerplan.translation import UserError, mark


class MissingSettingError(UserError):
    """Production was started without something it must be given."""

    message: ClassVar[str] = mark(
        "Innstillingen %(name)s mangler. Sett den i miljøet før programmet startes."
    )


class BadSettingError(UserError):
    """A setting has a value the program cannot use; the value itself is not repeated."""

    message: ClassVar[str] = mark(
        "Innstillingen %(name)s har en ugyldig verdi. Se docs/settings.md."
    )


def required(values: Mapping[str, str], name: str) -> str:
    """Return what must be given.

    Raises
    ------
    MissingSettingError
        It is not.
    """
    value = values.get(name)
    if not value:
        raise MissingSettingError(name=name)
    return value


def key_bytes(name: str, text: str) -> bytes:
    """Return a key of 32 bytes that is given in base64.

    Raises
    ------
    BadSettingError
        It is something else.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadSettingError(name=name) from error
    if len(key) != 32:
        raise BadSettingError(name=name)
    return key


def url_parts(name: str, url: str) -> SplitResult:
    """Return the parts of an address.

    Raises
    ------
    BadSettingError
        It is none.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadSettingError(name=name) from error
    return parts
