"""The vocabulary in which an edition of the questionnaire is written.

Frozen dataclasses and nothing else: an edition is data, and everything that depends on
the questionnaire (form, validation, columns, checks, frames, codebook, catalogues) is
derived from it. Texts are bokmål, the source language; translations are looked up with
the variable's id as message context.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

UNKNOWN = "unknown"
UNKNOWN_NUMBER = 99


class Kind(StrEnum):
    """How a variable is answered."""

    ONE = "one"
    MANY = "many"
    COUNT = "count"
    YEAR = "year"


class Widget(StrEnum):
    """How the form shows a variable; it never changes what is stored."""

    PLAIN = "plain"
    FUNCTION_AREA = "function_area"
    SERVICE = "service"


class Missing(IntEnum):
    """Why a frame holds no code. ``unknown`` is not here: it is an answer somebody chose."""

    NOT_ASKED = -1
    NOT_ANSWERED = -2
    NOT_APPLICABLE = -3


class Severity(StrEnum):
    """A hard finding stops submission; a soft one asks for confirmation once."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Code:
    """One answer: ``id`` in the program and in files, ``number`` in the database and in frames."""

    id: str
    number: int
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the answer to ``variable`` is (or, for MANY, includes) one of ``codes``.

    For a COUNT or YEAR, ``codes`` are numbers in digits. An unanswered variable makes the
    condition false, negated or not: nothing is concluded from silence.
    """

    variable: str
    codes: frozenset[str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ShowIf:
    """The variable is asked when any of the conditions holds."""

    any_of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """One question. Its ``id`` is stable for ever; a changed meaning gets a new id.

    Parameters
    ----------
    codes
        The code list of a ONE or MANY variable; empty for COUNT and YEAR.
    show_if
        Routing; ``None`` means always asked.
    optional
        Off unless the municipality turns it on.
    chosen_among
        Id of a MANY variable whose chosen codes limit this one's.
    minimum, maximum
        Bounds, both included, of COUNT and YEAR.
    default
        Code that the form starts with; only services have one.
    """

    id: str
    kind: Kind
    label: str
    codes: tuple[Code, ...] = ()
    help: str = ""
    widget: Widget = Widget.PLAIN
    show_if: ShowIf | None = None
    optional: bool = False
    chosen_among: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    default: str | None = None

    def code(self, code_id: str) -> Code:
        """Return the code with this id; ``KeyError`` if the variable has none such."""
        for code in self.codes:
            if code.id == code_id:
                return code
        raise KeyError(f"{self.id} has no code {code_id!r}")

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that hold the answer: one, or one a code for MANY."""
        if self.kind is Kind.MANY:
            return tuple(flag_column(self.id, code.id) for code in self.codes)
        return (self.id,)


def flag_column(variable_id: str, code_id: str) -> str:
    """Name of the boolean column that tells whether a code of a MANY variable was chosen."""
    return f"{variable_id}__{code_id}"


@dataclass(frozen=True, slots=True)
class Section:
    """A page section of the form."""

    id: str
    title: str
    variables: tuple[Variable, ...]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A consistency rule: found when all its conditions hold.

    ``variable`` is where the form shows the finding.
    """

    id: str
    severity: Severity
    variable: str
    all_of: tuple[Condition, ...]
    message: str


@dataclass(frozen=True, slots=True)
class LevelRule:
    """How the overall level follows from the function areas.

    The sum of ``weights`` over ``areas`` is compared with ``cut_points``: each pair is a
    level and the greatest sum that still gives it, ascending. ``minimum_red`` lists levels
    that also demand a number of red areas; failing that, the level before it is given.
    """

    id: str
    areas: tuple[str, ...]
    weights: tuple[tuple[str, int], ...]
    cut_points: tuple[tuple[str, int], ...]
    minimum_red: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A published edition."""

    edition: str
    title: str
    first_year: int
    last_year: int | None
    minimum_age: int
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    level_rule: LevelRule

    @property
    def variables(self) -> Iterator[Variable]:
        """All variables in the order of the form."""
        for section in self.sections:
            yield from section.variables

    def variable(self, variable_id: str) -> Variable:
        """Return the variable; ``KeyError`` if this edition does not ask it."""
        for variable in self.variables:
            if variable.id == variable_id:
                return variable
        raise KeyError(f"edition {self.edition} does not ask {variable_id!r}")
