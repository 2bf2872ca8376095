"""The codebook tells all there is to know of an edition."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from brukerplan.questionnaire.codebook import codebook, codebook_json, codebook_markdown
from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.registry import EDITIONS, digest
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.translation import Translator
from tests.questionnaire.catalogues import translators

each_edition = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.edition)
each_language = pytest.mark.parametrize(
    "language", list(translators().values()), ids=list(translators())
)
NORWEGIAN = translators()["nb"]


@each_edition
@each_language
def test_the_codebook_has_every_variable_code_column_and_rule(
    edition: Questionnaire, language: Translator
) -> None:
    book = codebook(edition, language)
    told = [variable for section in book["sections"] for variable in section["variables"]]
    assert [variable["id"] for variable in told] == [v.id for v in edition.variables]
    for variable, entry in zip(edition.variables, told, strict=True):
        assert [(c["id"], c["number"]) for c in entry["codes"]] == [
            (code.id, code.number) for code in variable.codes
        ]
        assert entry["columns"] == list(variable.columns)
        assert entry["label"]
        assert entry["asked"]
        assert all(code["label"] for code in entry["codes"])
    assert [rule["id"] for rule in book["rules"]] == [rule.id for rule in edition.rules]
    assert [variable["id"] for variable in book["derived"]] == [v.id for v in DERIVED]
    assert book["digest"] == digest(edition)


@each_edition
@each_language
def test_the_three_forms_of_the_codebook_say_the_same(
    edition: Questionnaire, language: Translator
) -> None:
    book = codebook(edition, language)
    assert json.loads(codebook_json(edition, language)) == book
    page = codebook_markdown(edition, language)
    assert "%(" not in page
    for section in book["sections"]:
        assert f"## {section['title']}\n" in page
        for variable in section["variables"]:
            assert f"### {variable['label']} (`{variable['id']}`)" in page
            assert variable["asked"] in page
            assert variable["help"] in page
            for code in variable["codes"]:
                assert f"| {code['number']} | `{code['id']}` | {code['label']} |" in page
    for rule in book["rules"]:
        assert f"| `{rule['id']}` | {rule['when']} |" in page
    for derived in book["derived"]:
        assert derived["derived_from"] in page


def test_the_level_rule_is_explained_and_called_our_own() -> None:
    rule = codebook(EDITION_2026, NORWEGIAN)["overall_level"]
    assert rule["source"] == "Prosjektets egen regel"
    assert "grønn 0, gul 1, rød 2" in rule["text"]
    assert "0–3 grønt, 4–6 gult, 7–11 rødt, 12–16 blålys" in rule["text"]


def test_another_level_rule_is_explained_as_it_is() -> None:
    other = replace(
        EDITION_2026.level_rule,
        cut_points=(("green", 2), ("yellow", 6), ("red", 11), ("blood_red", 16)),
        minimum_red=(("blood_red", 5),),
    )
    rule = codebook(replace(EDITION_2026, level_rule=other), NORWEGIAN)["overall_level"]
    assert "0–2 grønt, 3–6 gult" in rule["text"]
    assert "Blålys krever også minst 5 røde områder." in rule["text"]


def test_the_rop_rule_is_explained_and_called_our_own() -> None:
    rule = codebook(EDITION_2026, NORWEGIAN)["rop_group"]
    assert rule["source"] == "Prosjektets egen regel"
    assert [row["group"] for row in rule["rows"]] == [f"group_{n}" for n in range(1, 6)]
    page = codebook_markdown(EDITION_2026, NORWEGIAN)
    assert "| Mindre alvorlig | Mindre alvorlig | grønt eller gult | Gruppe 1, lettere |" in page
    assert page.count("**Prosjektets egen regel.**") == 2


def test_each_criterion_says_whose_it_is() -> None:
    book = codebook(EDITION_2026, NORWEGIAN)
    sources = {
        (variable["id"], code["id"]): code["source"]
        for section in book["sections"]
        for variable in section["variables"]
        for code in variable["codes"]
        if code["source"]
    }
    assert len(sources) == 24
    published = {key for key, source in sources.items() if source.startswith("Offentliggjort")}
    assert published == {("housing", "red"), ("substance_use", "red"), ("work_activity", "red")}
    assert {source for key, source in sources.items() if key not in published} == {
        "Prosjektets egen formulering"
    }


def test_routing_is_told_in_words() -> None:
    told = {
        variable["id"]: variable["asked"]
        for section in codebook(EDITION_2026, NORWEGIAN)["sections"]
        for variable in section["variables"]
    }
    assert told["housing"] == "Stilles alltid."
    assert told["lar_follow_up"] == (
        "Stilles når «Legemiddelassistert rehabilitering (LAR)» er «I LAR»."
    )
    assert told["concern_reported"] == (
        "Stilles når «Daglig omsorg for barn under 18 år» er «Ja» eller "
        "«Samvær med barn under 18 år» er «Ja»."
    )
    assert told["district"] == "Stilles bare i kommuner som har slått spørsmålet på."


def test_each_variable_tells_which_editions_ask_it() -> None:
    told = {
        variable["id"]: variable["editions"]
        for section in codebook(EDITION_2026, NORWEGIAN)["sections"]
        for variable in section["variables"]
    }
    assert told["housing"] == ["2015", "2026"]
    assert told["partner"] == ["2026"]


def test_all_kinds_of_missing_are_told_apart() -> None:
    missing = codebook(EDITION_2015, NORWEGIAN)["missing"]
    assert {entry["id"]: entry["number"] for entry in missing} == {
        "not_asked": -1,
        "not_answered": -2,
        "not_applicable": -3,
        "unknown": 99,
    }
    assert len({entry["text"] for entry in missing}) == 4


def test_the_rule_on_first_year_known_is_told_only_where_it_is_asked() -> None:
    assert len(codebook(EDITION_2026, NORWEGIAN)["general_rules"]) == 3
    assert len(codebook(EDITION_2015, NORWEGIAN)["general_rules"]) == 2


def test_a_bar_in_a_text_does_not_break_the_table() -> None:
    housing = EDITION_2015.variable("housing")
    codes = (replace(housing.codes[0], help="grønn | god"), *housing.codes[1:])
    function = EDITION_2015.sections[1]
    edited = replace(function, variables=(replace(housing, codes=codes), *function.variables[1:]))
    sections = (EDITION_2015.sections[0], edited, *EDITION_2015.sections[2:])
    page = codebook_markdown(replace(EDITION_2015, sections=sections), NORWEGIAN)
    assert "grønn \\| god" in page
