"""Texts in bokmål (the source), nynorsk and English, the same for web, reports and commands.

Catalogues are gettext files below ``translations/<language>/LC_MESSAGES``, one domain a
room (``questionnaire``, ``web``, ``reports``), merged here. Only the standard library is
used, so that a pure room may translate without knowing of Flask.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import ClassVar

LANGUAGES = ("nb", "nn", "en")
SOURCE_LANGUAGE = "nb"
DOMAINS = ("questionnaire", "web", "reports")
# An absolute path: a relative one is silently not found and the source text comes back.
CATALOGUES = Path(__file__).resolve().parent.parent / "translations"


def mark(message: str) -> str:
    """Mark a text for the catalogue where it stands as data; it is translated when shown."""
    return message


class UserError(ValueError):
    """Something a user can cause and mend; its text says how, in the user's language.

    Subclasses set ``message`` (bokmål, marked for the catalogue) and may take values
    for its ``%(name)s`` places. Values never carry anything personal.
    """

    message: ClassVar[str]

    def __init__(self, **values: object) -> None:
        super().__init__(self.message % values if values else self.message)
        self.values = values

    def text(self, translator: Translator) -> str:
        """Say it in the translator's language."""
        return translator.gettext(self.message, **self.values)


class UnknownLanguageError(ValueError):
    """Asked for a language the product does not speak."""


class CataloguesNotCompiledError(RuntimeError):
    """The ``.mo`` files are missing; ``make setup`` compiles them."""


class Translator:
    """Looks texts up in one language and fills in ``%(name)s`` values."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def gettext(self, message: str, /, **values: object) -> str:
        """Translate ``message``."""
        return _fill(self._catalogue.gettext(message), values)

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Translate by number, which is also given to the text as ``%(num)s``."""
        values.setdefault("num", number)
        return _fill(self._catalogue.ngettext(singular, plural, number), values)

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """Translate ``message`` as it is meant in ``context``."""
        return _fill(self._catalogue.pgettext(context, message), values)


@cache
def translator(language: str) -> Translator:
    """Return the translator for ``nb``, ``nn`` or ``en``.

    Raises
    ------
    UnknownLanguageError
        For any other language.
    CataloguesNotCompiledError
        When a catalogue has not been compiled.
    """
    if language not in LANGUAGES:
        raise UnknownLanguageError(f"{language!r} is not one of {', '.join(LANGUAGES)}")
    catalogue: gettext.NullTranslations = gettext.NullTranslations()
    if language == SOURCE_LANGUAGE:
        return Translator(language, catalogue)
    for domain in DOMAINS:
        try:
            found = gettext.translation(domain, CATALOGUES, [language])
        except FileNotFoundError as error:
            raise CataloguesNotCompiledError(
                f"no compiled catalogue {domain!r} for {language!r}; run `make setup`"
            ) from error
        found.add_fallback(catalogue)
        catalogue = found
    return Translator(language, catalogue)


def _fill(text: str, values: dict[str, object]) -> str:
    return text % values if values else text
