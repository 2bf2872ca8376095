"""The forms, without Flask and without a database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from brukerplan.forms import (
    condition_text,
    registration_form,
    routing_data,
    sign_in_form,
    start_form,
)
from brukerplan.forms.registration import NONE_OF_THESE, keys_of
from brukerplan.questionnaire.answers import Value, check
from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable
from brukerplan.translation import LANGUAGES, translator

NB = translator("nb")
Q = edition("2026")
UNITS = ((7, "Oppfølgingsteamet"), (8, "Hjemmetjenesten"))


def answers_to(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, Value]]:
    """Any answers that a person could have given, each question answered or not."""

    def value(variable: Variable) -> st.SearchStrategy[Value]:
        codes = [code.id for code in variable.codes]
        if variable.kind is Kind.ONE:
            return st.sampled_from(codes)
        if variable.kind is Kind.MANY:
            return st.frozensets(st.sampled_from(codes))
        return st.integers(variable.minimum or 0, variable.maximum or 99)

    return st.fixed_dictionaries(
        {},
        optional={
            variable.id: value(variable)
            for variable in questionnaire.variables
            if not variable.optional
        },
    )


def typed(**fields: str | list[str]) -> Any:
    """What a browser sends."""
    sent: MultiDict[str, str] = MultiDict()
    for name, values in fields.items():
        sent.setlist(name, values if isinstance(values, list) else [values])
    return sent


@settings(max_examples=50, deadline=None)
@given(answers_to(Q))
def test_what_is_shown_and_sent_back_untouched_is_the_same_answers(
    answers: dict[str, Value],
) -> None:
    form_class = registration_form(Q, NB)
    shown = form_class.filled_from(answers)

    sent = {
        each.id: data if isinstance(data, list) else str(data)
        for each in form_class.asked
        if (data := shown[each.id].data) not in (None, "")
    }
    parsed = form_class(typed(**sent)).parsed()

    defaults: dict[str, Value] = {each.id: each.default for each in Q.variables if each.default}
    assert parsed.findings == ()
    assert parsed.answers == defaults | answers


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([each.id for each in Q.variables]),
        st.lists(
            st.sampled_from(
                ["", "red", "yes", "alcohol", "ghb", "1980", "femti", "no_need", NONE_OF_THESE]
            ),
            max_size=3,
        ),
    )
)
def test_reading_without_a_form_reads_the_same_as_the_form(sent: dict[str, list[str]]) -> None:
    form_class = registration_form(Q, NB)

    assert form_class.read(typed(**sent)) == form_class(typed(**sent)).parsed()


def test_every_choice_has_a_key_of_its_own() -> None:
    for variable in Q.variables:
        keys = keys_of(variable)
        assert len(set(keys.values())) == len(keys), variable.id
        assert {code.id for code in variable.codes} <= keys.keys(), variable.id


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from([each.id for each in Q.variables]), st.text(max_size=20)))
def test_nothing_that_can_be_typed_breaks_the_form(fields: dict[str, str]) -> None:
    form = registration_form(Q, NB)(typed(**fields))

    parsed = form.parsed()
    form.show(parsed.findings)

    for finding in parsed.findings:
        assert form[finding.variable].errors


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("questionnaire", EDITIONS, ids=lambda each: str(each.edition))
def test_every_question_of_every_edition_is_on_its_form(
    questionnaire: Questionnaire, language: str
) -> None:
    form = registration_form(questionnaire, translator(language))()

    on_page = [field.name for section in form.sections() for field in section.fields]
    assert on_page == [each.id for each in questionnaire.variables if not each.optional]
    for field in form:
        assert field.label.text


def test_optional_questions_are_asked_where_the_municipality_asks_them() -> None:
    assert "born_abroad" not in registration_form(Q, NB)()
    assert "born_abroad" in registration_form(Q, NB, optional=frozenset({"born_abroad"}))()


def test_a_question_nobody_touched_is_not_answered_with_none() -> None:
    form_class = registration_form(Q, NB)

    assert "substances" not in form_class(typed()).parsed().answers
    chosen = form_class(typed(substances=NONE_OF_THESE)).parsed().answers
    assert chosen["substances"] == frozenset()


def test_none_of_these_gives_way_to_a_substance_that_is_named() -> None:
    form = registration_form(Q, NB)(typed(substances=[NONE_OF_THESE, "ghb"]))

    assert form.parsed().answers["substances"] == frozenset({"ghb"})


def test_unknown_is_never_implied() -> None:
    form = registration_form(Q, NB)()

    for field in form:
        assert field.data != "unknown"


def test_a_finding_stands_once_at_its_question() -> None:
    form = registration_form(Q, NB)(typed(birth_year="2015"))
    findings = check(Q, form.parsed().answers, year=2026, complete=False)

    form.show(findings)
    form.show(findings)

    assert len(form["birth_year"].errors) == 1


def test_routing_is_told_in_words_and_as_data() -> None:
    follow_up = Q.variable("lar_follow_up")

    assert condition_text(Q, follow_up, NB).startswith("Svar bare hvis «")
    assert routing_data(follow_up) == [{"variable": "lar", "codes": ["in_lar"], "negated": False}]
    assert condition_text(Q, Q.variable("housing"), NB) == ""
    assert routing_data(Q.variable("housing")) is None


def test_a_national_number_is_never_written_back() -> None:
    form = start_form(NB, units=UNITS)(typed(number="15893312345", case_label="<", unit="7"))

    assert not form.validate()
    assert form.number is not None
    assert "15893312345" not in str(form.number())


def test_a_known_person_brings_their_case_label_along() -> None:
    form = start_form(NB, units=UNITS)(typed(number="1", case_label="", unit="7"))

    assert form.validate()


def test_where_persons_are_anonymous_no_number_is_asked_and_the_label_is_needed() -> None:
    form_class = start_form(NB, units=UNITS, anonymous=True)

    assert form_class().number is None
    assert not form_class(typed(case_label="", unit="7")).validate()
    assert form_class(typed(case_label="K-1", unit="7")).validate()


@pytest.mark.parametrize(
    "label", ["15893312345", "158933 12345", "15.89.33-12345", "nr 1589331234"]
)
def test_a_case_label_that_looks_like_a_number_is_taken_out(label: str) -> None:
    form = start_form(NB, units=UNITS)(typed(number="1", case_label=label, unit="7"))

    assert not form.validate()
    assert form.case_label.data == ""


@pytest.mark.parametrize("label", ["2026/118", "K.N.", "S-17", "Åse 3"])
def test_case_numbers_and_initials_are_taken(label: str) -> None:
    form = start_form(NB, units=UNITS)(typed(number="1", case_label=label, unit="7"))

    assert form.validate()


@pytest.mark.parametrize("label", ["x" * 21, "<script>"])
def test_other_case_labels_are_refused_in_words(label: str) -> None:
    form = start_form(NB, units=UNITS)(typed(number="1", case_label=label, unit="7"))

    assert not form.validate()
    assert form.case_label.errors[0].startswith("Saksmerket kan ha")


def test_a_unit_that_is_not_ones_own_is_refused_in_the_language_of_the_page() -> None:
    form = start_form(NB, units=UNITS)(typed(number="1", case_label="K-1", unit="9"))

    assert not form.validate()
    assert form.unit.errors == ["Velg en av tjenestene på listen."]


def test_the_only_unit_is_chosen_beforehand() -> None:
    assert start_form(NB, units=UNITS[:1])().unit.data == "7"
    assert start_form(NB, units=UNITS)().unit.data is None


def test_signing_in_asks_for_both_fields() -> None:
    form = sign_in_form(NB)(typed(email=" ine@eksempel.no ", password=""))

    assert not form.validate()
    assert form.email.data == "ine@eksempel.no"
    assert list(form.errors) == ["password"]
