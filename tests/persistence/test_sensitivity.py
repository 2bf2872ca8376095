from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from brukerplan.persistence.sensitivity import (
    Sensitivity,
    UnclassifiedColumnError,
    classify,
)
from brukerplan.persistence.tables import Base
from brukerplan.questionnaire.registry import all_variables

NATIONAL_NUMBER = re.compile(r"national|fodsel|birth_number|f_?nr|d_?nr|ssn|personal_id|digits")


def copied() -> sa.MetaData:
    copy = sa.MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(copy)
    return copy


def test_every_column_has_a_class() -> None:
    classes = classify(Base.metadata)
    assert len(classes) == sum(len(table.columns) for table in Base.metadata.tables.values())


@pytest.mark.parametrize("table", ["registration", "organisation"])
def test_a_column_that_nobody_classified_is_refused(table: str) -> None:
    metadata = copied()
    metadata.tables[table].append_column(sa.Column("remark", sa.Text))
    with pytest.raises(UnclassifiedColumnError, match=rf"{table}\.remark"):
        classify(metadata)


def test_a_class_of_a_column_that_is_gone_is_refused() -> None:
    metadata = copied()
    metadata.remove(metadata.tables["released_cell"])
    with pytest.raises(UnclassifiedColumnError, match=r"released_cell\.count"):
        classify(metadata)


@pytest.mark.parametrize("table", ["registration", "frozen_registration"])
def test_every_answer_is_sensitive(table: str) -> None:
    classes = classify(Base.metadata)
    for variable in all_variables():
        for column in variable.columns:
            assert classes[f"{table}.{column}"] is Sensitivity.SENSITIVE_ANSWER


def test_nothing_frozen_or_released_is_about_staff_or_a_case() -> None:
    for name, sensitivity in classify(Base.metadata).items():
        if name.startswith(("frozen_registration.", "released_")):
            assert sensitivity not in {
                Sensitivity.PERSONAL_STAFF,
                Sensitivity.CASE_LABEL,
                Sensitivity.SECRET,
            }


def test_there_is_no_column_for_a_national_number() -> None:
    names = [column.name for table in Base.metadata.tables.values() for column in table.columns]
    assert not [name for name in names if NATIONAL_NUMBER.search(name)]
    # The guard would see one.
    assert NATIONAL_NUMBER.search("national_number")
    assert NATIONAL_NUMBER.search("fnr")


def test_there_is_no_free_text_about_persons() -> None:
    texts = {
        column.name
        for table in (
            "registration",
            "frozen_registration",
            "registration_change",
            "registration_conflict",
            "conflict_answer",
            "registration_query",
            "opt_out",
        )
        for column in Base.metadata.tables[table].columns
        if isinstance(column.type, sa.String)
    }
    assert texts == {
        "municipal_key_id",
        "transfer_key_id",
        "trust_key_id",
        "case_label",
        "state",
        "confirmed_soft",
        "municipality_code",
        # Codes and digits, as `as_text` makes them.
        "variable",
        "before",
        "after",
        "value",
        "source",
        "question",
        "answer",
        # Ids of sections, a random key, a language.
        "unconfirmed_sections",
        "saved_from",
        "page",
        "letter_language",
    }
