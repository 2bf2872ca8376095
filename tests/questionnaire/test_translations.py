"""Every text of the questionnaire is there in nynorsk and English."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from babel.messages.catalog import Catalog

from brukerplan.questionnaire import codebook_texts
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.messages import messages
from brukerplan.questionnaire.registry import UnknownEditionError
from tests.questionnaire.catalogues import TRANSLATED, catalogue, translators

each_language = pytest.mark.parametrize("language", TRANSLATED)

# Bokmål words that nynorsk never uses.
BOKMAL_WORDS = re.compile(
    r"\b(ikke|jeg|hva|hvem|hvor|hvordan|hvis|noe|noen|fra|nå|bare|vet|velg|gjelder|tjenesten?|"
    r"tjenestene|personer|hverdagen|eller ikke|svarene|rusmidler|alvorlig|mangler|skal ikke|"
    r"mulige?|spørsmålene|områdene|bolig|bekreft|andre enn|være|vært|uten|begge to|mottar)\b",
    re.IGNORECASE,
)
PLACE = re.compile(r"%\((\w+)\)s")


def lacking(
    texts: Iterable[tuple[str | None, str]], translated: Catalog
) -> list[tuple[str | None, str]]:
    """The texts that a catalogue has no translation for."""
    found = []
    for context, text in texts:
        message = translated.get(text, context=context)
        if message is None or not message.string or message.fuzzy:
            found.append((context, text))
    return found


@each_language
def test_every_text_is_translated(language: str) -> None:
    assert lacking(messages(), catalogue(language)) == []


def test_a_text_without_translation_is_noticed() -> None:
    assert lacking([("housing", "Ny hjelpetekst.")], catalogue("nn")) == [
        ("housing", "Ny hjelpetekst.")
    ]


@pytest.mark.parametrize("broken", ["left empty", "fuzzy", "another context"])
def test_an_empty_or_doubtful_translation_is_noticed(broken: str) -> None:
    edited = Catalog(locale="nn")
    edited.add(
        "Bosituasjon",
        "" if broken == "left empty" else "Busituasjon",
        context="network" if broken == "another context" else "housing",
        flags=("fuzzy",) if broken == "fuzzy" else (),
    )
    assert lacking([("housing", "Bosituasjon")], edited) == [("housing", "Bosituasjon")]


@each_language
def test_no_catalogue_holds_texts_that_are_no_longer_used(language: str) -> None:
    used = set(messages())
    assert {
        (message.context, message.id) for message in catalogue(language) if message.id
    } - used == set()


@each_language
def test_translations_keep_the_places_for_values(language: str) -> None:
    for context, text in messages():
        message = catalogue(language).get(text, context=context)
        assert message is not None
        assert set(PLACE.findall(str(message.string))) == set(PLACE.findall(text)), text


def test_nynorsk_is_nynorsk() -> None:
    for message in catalogue("nn"):
        if message.id:
            assert not BOKMAL_WORDS.search(str(message.string)), message.string


def test_bokmal_in_the_nynorsk_catalogue_would_be_noticed() -> None:
    bokmal = [text for _, text in messages() if len(text.split()) > 6]
    noticed = sum(bool(BOKMAL_WORDS.search(text)) for text in bokmal)
    assert noticed > 0.8 * len(bokmal)


def test_labels_of_an_edition_stay_apart_in_every_language() -> None:
    for translator in translators().values():
        labels = [translator.pgettext(v.id, v.label) for v in EDITION_2026.variables]
        assert len(set(labels)) == len(labels), translator.language
        for variable in EDITION_2026.variables:
            codes = [translator.pgettext(variable.id, code.label) for code in variable.codes]
            assert len(set(codes)) == len(codes), (translator.language, variable.id)


def test_errors_speak_the_users_language() -> None:
    error = UnknownEditionError(edition="2019", editions="2015, 2026")
    assert error.text(translators()["nn"]).startswith("Det finst inga utgåve 2019")
    assert error.text(translators()["en"]).startswith("There is no edition 2019")


def test_all_of_the_codebooks_own_words_are_in_the_catalogue() -> None:
    own = {text for context, text in messages() if context == codebook_texts.CONTEXT}
    assert codebook_texts.ROP_FOR in own
    assert codebook_texts.OR in own
    assert set(codebook_texts.KINDS.values()) <= own
    assert set(codebook_texts.MISSING_NUMBERS.values()) <= own


def test_texts_are_respectful_and_plain() -> None:
    for _, text in messages():
        assert "misbruk" not in text.lower()
        sentences = re.split(r"(?<=[.;:])\s", text)
        assert max(len(sentence.split()) for sentence in sentences) <= 30, text
