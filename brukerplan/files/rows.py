"""Checking the rows of a file by the form's own rules, each by itself and among the others."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from brukerplan.files.cells import CellReader, text_at
from brukerplan.files.columns import CASE_LABEL, NUMBER, folded
from brukerplan.files.headings import Headings, find_headings
from brukerplan.files.numbers import read_number
from brukerplan.files.problems import MESSAGES, Problem, by_rule, of_error, of_finding
from brukerplan.files.sheets import Sheet
from brukerplan.identity.national_number import NationalNumber, may_hold_number
from brukerplan.questionnaire.answers import Answers, check, parse, route
from brukerplan.questionnaire.findings import Finding
from brukerplan.questionnaire.levels import user_group
from brukerplan.questionnaire.questions_background import (
    BIRTH_YEAR,
    GENDER,
    MENTAL_PROBLEM,
    SUBSTANCE_PROBLEM,
)
from brukerplan.questionnaire.schema import Questionnaire, Severity
from brukerplan.translation import UserError

LONGEST_CASE_LABEL = 20
# As in the form that starts a registration.
_ALLOWED_IN_A_LABEL = re.compile(r"[\w .\-/]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the municipality's round asks, and of whom.

    ``optional`` is the optional questions turned on; ``None`` where it is not known which.
    """

    year: int
    optional: frozenset[str] | None = None
    mental_only_included: bool = True
    milder_included: bool = True
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row without problems. Number, label and answers stay out of ``repr``.

    ``odd`` is what the soft rules found, to be confirmed by somebody who knows the person.
    """

    row: int
    number: NationalNumber | None = field(repr=False)
    case_label: str = field(repr=False)
    answers: Answers = field(repr=False)
    odd: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The rows that can be read in, and what is to be said of them and of the others.

    ``total`` counts the rows below the headings that hold something.
    """

    headings: Headings = field(repr=False)
    total: int
    rows: tuple[CheckedRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    def refused(self, row: int, column_id: str, error: UserError) -> Problem:
        """Make a problem of a row that a use case refuses."""
        column = self.headings.columns[column_id]
        return of_error(row, column, self.headings.letters(column_id), error)

    def found(self, row: int, found: Finding) -> Problem:
        """Make a problem of what a rule of the questionnaire found in a row."""
        return of_finding(row, *self.headings.first_of(found.variable), found)

    def in_order(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Sort by row, then by column as they stand in the file."""
        places = self.headings.places
        return tuple(
            sorted(problems, key=lambda each: (each.row, places.get(each.column.id, len(places))))
        )


def check_rows(
    sheet: Sheet,
    questionnaire: Questionnaire,
    terms: Terms,
    *,
    today: date,
    allow_synthetic: bool,
    labels_needed: bool = True,
) -> CheckedFile:
    """Check every row: the form's rules, the round's terms, and whether a person is there twice.

    Parameters
    ----------
    labels_needed
        False where a missing case label may be known from elsewhere; the caller then says so.

    Raises
    ------
    FileRefusedError
        The headings are not those of the edition.
    """
    headings = find_headings(
        sheet, questionnaire, optional=terms.optional, anonymous=terms.anonymous
    )
    checker = _Checker(questionnaire, terms, headings, today, allow_synthetic, labels_needed)
    rows = [checker.row(number, cells) for number, cells in headings.below.rows]
    made = CheckedFile(
        headings=headings,
        total=len(headings.below.rows),
        rows=tuple(row for row in rows if row is not None),
        problems=(),
        notes=(),
    )
    return CheckedFile(
        headings=headings,
        total=made.total,
        rows=made.rows,
        problems=made.in_order(checker.problems),
        notes=made.in_order(checker.notes),
    )


class _Checker:
    """Checks one row after the other, remembering whom it has met."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        terms: Terms,
        headings: Headings,
        today: date,
        allow_synthetic: bool,
        labels_needed: bool,
    ) -> None:
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self._q = questionnaire
        self._terms = terms
        self._headings = headings
        self._today = today
        self._allow_synthetic = allow_synthetic
        self._labels_needed = labels_needed
        self._cells = CellReader(questionnaire, headings)
        # Not even for the time of a check is there a list of numbers, nor of what could be
        # looked up: the key is gone with this object.
        self._secret = secrets.token_bytes(32)
        self._met: dict[bytes | str, int] = {}

    def row(self, row: int, cells: tuple[str, ...]) -> CheckedRow | None:
        """Check one row; ``None`` if it has a problem."""
        before = len(self.problems)
        number = self._number(row, text_at(cells, self._place(NUMBER)))
        case_label = self._case_label(row, text_at(cells, self._place(CASE_LABEL)))
        number_given = self._terms.anonymous or number is not None
        answers, odd = self._answers(row, cells, number, number_given=number_given)
        if len(self.problems) > before:
            return None
        self.notes += [self._finding(row, each) for each in odd]
        return CheckedRow(row, number, case_label, answers, odd)

    def _number(self, row: int, text: str) -> NationalNumber | None:
        if self._terms.anonymous:
            if text:
                self._add(row, NUMBER, "number_where_anonymous")
            return None
        read = read_number(text, today=self._today, allow_synthetic=self._allow_synthetic)
        if isinstance(read.wrong, UserError):
            column = self._headings.columns[NUMBER]
            letters = self._headings.letters(NUMBER)
            self.problems.append(of_error(row, column, letters, read.wrong))
        elif read.wrong:
            self._add(row, NUMBER, read.wrong)
        if read.number is None:
            return None
        if read.mended:
            self.notes.append(self._made(row, NUMBER, "zero_put_back"))
        self._once(row, NUMBER, read.number.keyed_digest(self._secret), "twice")
        age = self._terms.year - read.number.birth_date.year
        if age < self._q.minimum_age:
            values = {"minimum_age": self._q.minimum_age, "year": self._terms.year}
            self._add(row, NUMBER, "too_young", **values)
        return read.number

    def _case_label(self, row: int, text: str) -> str:
        if not text:
            if self._labels_needed or self._terms.anonymous:
                self._add(row, CASE_LABEL, "no_label")
        elif (
            len(text) > LONGEST_CASE_LABEL
            or may_hold_number(text)
            or not _ALLOWED_IN_A_LABEL.fullmatch(text)
        ):
            self._add(row, CASE_LABEL, "label", longest=LONGEST_CASE_LABEL)
        elif self._terms.anonymous:
            # Without a number, the label is what the row is recognised by.
            self._once(row, CASE_LABEL, folded(text), "label_twice")
        return text

    def _answers(
        self,
        row: int,
        cells: tuple[str, ...],
        number: NationalNumber | None,
        *,
        number_given: bool,
    ) -> tuple[Answers, tuple[Finding, ...]]:
        read = self._cells.read(cells)
        if not read.written:
            self._add(row, BIRTH_YEAR.id, "no_answers")
            return {}, ()
        for _, column in read.neither:
            self._add(row, column, "yes_or_no")
        parsed = parse(self._q, {**_proposed(number), **read.raw})
        silent = {variable for variable, _ in read.neither}
        silent |= {found.variable for found in parsed.findings}
        if not number_given:
            # They follow from the number, once it is right.
            silent |= {BIRTH_YEAR.id, GENDER.id} - read.written
        kept = route(self._q, parsed.answers)
        if number is not None and self._birth_year_is_wrong(row, number, kept.get(BIRTH_YEAR.id)):
            silent |= {BIRTH_YEAR.id}
        found = [*parsed.findings]
        found += [
            each
            for each in check(
                self._q,
                kept,
                year=self._terms.year,
                optional=self._terms.optional or frozenset(),
                complete=True,
            )
            if each.variable not in silent
        ]
        hard = [each for each in found if each.severity is Severity.HARD]
        self.problems += [self._finding(row, each) for each in hard]
        self._groups(row, kept)
        if not hard:
            self.notes += [
                Problem(row, *self._headings.first_of(each), MESSAGES["not_asked"])
                for each in sorted(read.written - kept.keys() - silent)
            ]
        return kept, tuple(each for each in found if each.severity is Severity.SOFT)

    def _birth_year_is_wrong(self, row: int, number: NationalNumber, given: object) -> bool:
        """Compare with the number; the same mistake is told once."""
        born = number.birth_date.year
        if isinstance(given, int) and given != born:
            self._add(row, BIRTH_YEAR.id, "birth_year")
            return True
        return self._terms.year - born < self._q.minimum_age

    def _groups(self, row: int, answers: Answers) -> None:
        problems = {answers.get(SUBSTANCE_PROBLEM.id), answers.get(MENTAL_PROBLEM.id)}
        group = user_group(answers)
        if group == "mental_only" and not self._terms.mental_only_included:
            self._add(row, SUBSTANCE_PROBLEM.id, "mental_only")
        elif group is not None and "serious" not in problems and not self._terms.milder_included:
            self._add(row, SUBSTANCE_PROBLEM.id, "milder")

    def _once(self, row: int, column_id: str, who: bytes | str, rule: str) -> None:
        met = self._met.setdefault(who, row)
        if met != row:
            self._add(row, column_id, rule, row_before=met)

    def _add(self, row: int, column_id: str, rule: str, **values: object) -> None:
        self.problems.append(self._made(row, column_id, rule, **values))

    def _made(self, row: int, column_id: str, rule: str, **values: object) -> Problem:
        column = self._headings.columns[column_id]
        return by_rule(row, column, self._headings.letters(column_id), rule, values)

    def _finding(self, row: int, found: Finding) -> Problem:
        return of_finding(row, *self._headings.first_of(found.variable), found)

    def _place(self, column_id: str) -> int | None:
        return self._headings.places.get(column_id)


def _proposed(number: NationalNumber | None) -> Mapping[str, list[str]]:
    if number is None:
        return {}
    proposed = {BIRTH_YEAR.id: [str(number.birth_date.year)]}
    if number.gender is not None:
        proposed[GENDER.id] = [number.gender]
    return proposed
