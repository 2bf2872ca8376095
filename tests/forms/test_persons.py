"""The forms about a person who says no, and about one person in two units."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.datastructures import MultiDict

from brukerplan.forms.merging import chosen
from brukerplan.forms.opting_out import opt_out_form
from brukerplan.translation import LANGUAGES, translator

ONE = [(7, "Stavanger")]
TWO = [(7, "Stavanger"), (8, "Sandnes")]


def test_the_number_is_never_written_back_in_the_page() -> None:
    form = opt_out_form(translator("nb"), municipalities=ONE)(
        MultiDict({"number": "12345", "municipality": "8"})
    )

    assert not form.validate()
    assert "12345" not in str(form.number())


def test_the_only_municipality_is_chosen_beforehand_and_one_of_two_is_not() -> None:
    assert opt_out_form(translator("nb"), municipalities=ONE)().municipality.data == "7"
    assert opt_out_form(translator("nb"), municipalities=TWO)().municipality.data is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_on_the_list_is_refused_in_the_readers_language(language: str) -> None:
    t = translator(language)
    form = opt_out_form(t, municipalities=TWO)(
        MultiDict({"number": "1", "municipality": "9", "what": "something"})
    )

    assert not form.validate()
    refused = t.gettext("Velg ett av valgene i listen.")
    assert form.municipality.errors == [refused]
    assert form.what.errors == [refused]


def test_saying_no_is_what_is_meant_when_nothing_is_touched() -> None:
    assert opt_out_form(translator("nb"), municipalities=ONE)().what.data == "record"


def test_choices_are_told_from_the_one_that_is_kept() -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    sent = {
        "version-first": "2",
        "version-second": "5",
        "choice-housing": "first",
        "choice-economy": "second",
        "choice-network": "neither",
    }
    names = ("housing", "economy", "network", "partner")

    for keep, kept, housing in (("first", first, "keep"), ("second", second, "other")):
        found = chosen(sent | {"keep": keep}, names)
        assert found is not None
        assert found.versions == (2, 5)
        assert found.kept_and_other(first, second)[0] == kept
        assert set(found.choices()) == {"housing", "economy"}, "what was not chosen is left out"
        assert found.choices()["housing"] == housing


@pytest.mark.parametrize("version", ["", "one", "-1", "1" * 10, "١"])
def test_without_both_versions_nothing_was_chosen(version: str) -> None:
    sent = {"keep": "first", "version-first": "1", "version-second": version}

    assert chosen(sent, ()) is None


@pytest.mark.parametrize("keep", ["", "third"])
def test_who_keeps_it_must_be_said(keep: str) -> None:
    found = chosen({"keep": keep, "version-first": "1", "version-second": "1"}, ())

    assert found is not None
    assert found.keep is None
