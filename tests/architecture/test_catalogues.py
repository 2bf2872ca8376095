"""Everything the product says, it says in bokmål, nynorsk and English."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from brukerplan.translation import CATALOGUES, DOMAINS
from tools.catalogues import template

PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogue(domain: str, language: str) -> Catalog:
    path = CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po"
    return read_po(BytesIO(path.read_bytes()), locale=language, domain=domain)


def forms(text: object) -> tuple[str, ...]:
    """The singular and plural of a text, or the text alone."""
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text),)


def lacking(source: Catalog, translated: Catalog) -> list[str]:
    """Texts of the source without a whole, unquestioned translation."""
    found = []
    for message in source:
        if not message.id:
            continue
        there = translated.get(message.id, message.context)
        if there is None or there.fuzzy or not all(forms(there.string)):
            found.append(f"{message.context or ''}: {forms(message.id)[0]}")
    return found


def misplaced(translated: Catalog) -> list[str]:
    """Translations that lost a place for a value, or made one up."""
    return [
        forms(message.id)[0]
        for message in translated
        if message.id
        and {p for text in forms(message.string) for p in PLACE.findall(text)}
        != {p for text in forms(message.id) for p in PLACE.findall(text)}
    ]


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_is_translated(domain: str, language: str) -> None:
    assert lacking(template(domain), catalogue(domain, language)) == []


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_translations_keep_the_places_for_values(domain: str, language: str) -> None:
    assert misplaced(catalogue(domain, language)) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_there_is_something_to_translate(domain: str) -> None:
    assert len(template(domain)) > 20


def test_a_text_without_translation_would_be_found() -> None:
    source, translated = Catalog(), Catalog()
    source.add("Min liste")
    source.add("Ukjent", context="housing")
    translated.add("Min liste", "My list")
    translated.add("Ukjent", "Unknown", context="economy")

    assert lacking(source, translated) == ["housing: Ukjent"]


def test_a_lost_place_for_a_value_would_be_found() -> None:
    translated = Catalog()
    translated.add("%(count)s av %(base)s", "%(count)s")

    assert misplaced(translated) == ["%(count)s av %(base)s"]
