"""The questionnaire's catalogues as they are written, whether or not they are compiled."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from brukerplan.translation import CATALOGUES, Translator

TRANSLATED = ("nn", "en")


@cache
def catalogue(language: str) -> Catalog:
    """Read the PO file of a language."""
    path = CATALOGUES / language / "LC_MESSAGES" / "questionnaire.po"
    return read_po(BytesIO(path.read_bytes()), locale=language, domain="questionnaire")


@cache
def translators() -> dict[str, Translator]:
    """A translator for each language, knowing the questionnaire's texts only."""
    found = {"nb": Translator("nb", gettext.NullTranslations())}
    for language in TRANSLATED:
        compiled = BytesIO()
        write_mo(compiled, catalogue(language))
        compiled.seek(0)
        found[language] = Translator(language, gettext.GNUTranslations(compiled))
    return found
