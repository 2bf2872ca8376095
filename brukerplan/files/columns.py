"""The columns of a template, from the edition: the person's two, then one a variable.

A variable with many answers gets one column a code, answered yes or no: a list of codes in
one cell is where people make mistakes, and a drop-down list cannot help them with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from brukerplan.questionnaire.schema import Code, Kind, Questionnaire, Variable, flag_column
from brukerplan.translation import LANGUAGES, Translator, mark, translator

NUMBER = "number"
CASE_LABEL = "case_label"
YES, NO = "yes", "no"

_PERSON = {
    NUMBER: mark("Fødselsnummer eller D-nummer"),
    CASE_LABEL: mark("Saksmerke"),
}
REGISTRATIONS = mark("Registreringer")
"""Title of the sheet that is filled in."""
YES_NO_WORDS = {YES: mark("ja"), NO: mark("nei")}
# What else people and spreadsheets write for yes and no.
_YES_NO_SIGNS = {YES: ("x", "1", "true", "sann"), NO: ("0", "false", "usann")}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of the person, of a variable, or of one code of a variable with many."""

    id: str
    variable: Variable | None = None
    code: Code | None = None

    def heading(self, translator: Translator) -> str:
        """Return what stands above the column in the translator's language."""
        if self.variable is None:
            return translator.gettext(_PERSON[self.id])
        label = translator.pgettext(self.variable.id, self.variable.label)
        if self.code is None:
            return label
        return f"{label}: {translator.pgettext(self.variable.id, self.code.label)}"


def columns(
    questionnaire: Questionnaire, optional: frozenset[str], *, anonymous: bool = False
) -> tuple[Column, ...]:
    """Return the columns of a template.

    Parameters
    ----------
    optional
        Ids of the optional variables that the municipality has turned on.
    anonymous
        The municipality maps without numbers: there is no column for them.
    """
    person = (CASE_LABEL,) if anonymous else (NUMBER, CASE_LABEL)
    asked = (
        variable
        for variable in questionnaire.variables
        if not variable.optional or variable.id in optional
    )
    return (*map(Column, person), *(column for each in asked for column in columns_of(each)))


def columns_of(variable: Variable) -> tuple[Column, ...]:
    """Return the variable's column, or one for each code of a variable with many answers."""
    if variable.kind is not Kind.MANY:
        return (Column(variable.id, variable),)
    return tuple(
        Column(flag_column(variable.id, code.id), variable, code) for code in variable.codes
    )


def every_column(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Return every column a file may have, optional variables included."""
    return columns(questionnaire, frozenset(each.id for each in questionnaire.variables))


@cache
def codes_by_text(variable: Variable) -> Mapping[str, str]:
    """Return what may be written in a cell, folded, and the code it means.

    A code's label in each language, its id and its number. A variable that can be answered
    yes and no also takes the spreadsheet's own truth values.
    """
    found: dict[str, str] = {}
    for code in variable.codes:
        labels = (translator(each).pgettext(variable.id, code.label) for each in LANGUAGES)
        for text in (code.id, str(code.number), *labels):
            found[folded(text)] = code.id
    if {YES, NO} <= set(found.values()):
        found = dict(yes_no()) | found
    return found


@cache
def yes_no() -> Mapping[str, str]:
    """Return what may be written for yes and no, folded."""
    found = {}
    for meaning, word in YES_NO_WORDS.items():
        said = (translator(each).gettext(word) for each in LANGUAGES)
        for text in (meaning, *said, *_YES_NO_SIGNS[meaning]):
            found[folded(text)] = meaning
    return found


def folded(text: str) -> str:
    """Return the text as compared: one form of each letter, one space, no capitals.

    >>> folded("  Mottar,\\u00a0DEKKER behovet ")
    'mottar, dekker behovet'
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


@cache
def registrations_titles() -> frozenset[str]:
    """Return the title of the sheet that is filled in, in each language."""
    return frozenset(translator(each).gettext(REGISTRATIONS) for each in LANGUAGES)
