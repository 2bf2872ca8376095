"""A research project's extract: what is asked for, the rows it gives, and the policy over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brukerplan.disclosure.policy import Rule
from brukerplan.geography import Municipality, municipality
from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire import questions_children as children
from brukerplan.questionnaire import questions_living as living
from brukerplan.questionnaire.levels import AGE_GROUP, DERIVED
from brukerplan.questionnaire.registry import all_variables
from brukerplan.questionnaire.schema import Variable
from brukerplan.statistics.frames import Frame
from brukerplan.translation import mark

PERSON, YEAR = "person", "year"


class Place(StrEnum):
    """How closely the file says where a person was mapped; its word is the column's name."""

    MUNICIPALITY = "municipality"
    TRUST = "health_trust"
    REGION = "region"
    NOWHERE = "nowhere"


class Age(StrEnum):
    """How closely the file says how old a person is; its word is the column's name."""

    BIRTH_YEAR = "birth_year"
    AGE_GROUP = "age_group"
    UNTOLD = "untold"


_COARSER_PLACE = dict(pairwise(Place))
_COARSER_AGE = dict(pairwise(Age))


@dataclass(frozen=True, slots=True)
class ExtractPolicy:
    """What an extract must keep to, as data that a data controller can read and change.

    Parameters
    ----------
    smallest_class
        Persons who must share everything that others may know of them.
    most_left_out
        Whole percent of the persons who may be left out because their class is smaller.
    quasi_identifiers
        Variables that others may know of a person, beside place, age and year.
    longest_access
        Days from the asking to the last day of fetching.
    """

    smallest_class: Rule[int]
    most_left_out: Rule[int]
    quasi_identifiers: Rule[tuple[str, ...]]
    longest_access: Rule[int]


PROPOSED = ExtractPolicy(
    smallest_class=Rule(
        5,
        mark(
            "Minst 5 personer må være like i alt som andre kan vite om dem. De som er i en "
            "mindre gruppe, blir ikke med i filen."
        ),
    ),
    most_left_out=Rule(
        10,
        mark(
            "Høyst 10 prosent av personene kan falle ut. Faller flere ut, mangler nettopp de "
            "uvanlige, og filen svarer ikke på det den skulle. Da må det velges grovere."
        ),
    ),
    quasi_identifiers=Rule(
        (
            background.GENDER.id,
            background.DISTRICT.id,
            background.BORN_ABROAD.id,
            background.INTELLECTUAL_DISABILITY.id,
            background.FIRST_YEAR_KNOWN.id,
            living.PARTNER.id,
            children.CHILDREN_UNDER_18.id,
            children.DAILY_CARE.id,
        ),
        mark(
            "Sted, alder, kjønn, samliv og barn kan naboer og kjente vite. De valgfrie "
            "spørsmålene røper i tillegg hvilke kommuner som har slått dem på."
        ),
    ),
    longest_access=Rule(
        365,
        mark("Filen kan hentes i høyst 365 dager. Et prosjekt som varer lenger, søker på nytt."),
    ),
)
"""The policy that is proposed; a data controller approves it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What is in an extract: these years and variables, and nothing else.

    ``follows_persons`` gives a person the same pseudonym every year, so that the whole course
    is known of whoever is recognised in one of them.
    """

    years: tuple[int, ...]
    place: Place
    age: Age
    follows_persons: bool
    variables: tuple[str, ...]

    def asked(self) -> Iterator[Variable]:
        """The chosen variables, in the order of the form; age first where it is told."""
        found = choosable()
        if self.age is not Age.UNTOLD:
            yield {Age.BIRTH_YEAR: background.BIRTH_YEAR, Age.AGE_GROUP: AGE_GROUP}[self.age]
        yield from (found[name] for name in found if name in self.variables)

    def quasi_identifiers(self, policy: ExtractPolicy) -> tuple[str, ...]:
        """Columns by which others may recognise a person."""
        placed = () if self.place is Place.NOWHERE else (str(self.place),)
        known = {*policy.quasi_identifiers.value, background.BIRTH_YEAR.id, AGE_GROUP.id}
        columns = (column for each in self.asked() if each.id in known for column in each.columns)
        return (YEAR, *placed, *columns)

    def coarser(self, policy: ExtractPolicy) -> Iterator[tuple[str, Definition]]:
        """Every definition that is one step coarser, with what the step is about."""
        if self.place is not Place.NOWHERE:
            yield "place", replace(self, place=_COARSER_PLACE[self.place])
        if self.age is not Age.UNTOLD:
            yield "age", replace(self, age=_COARSER_AGE[self.age])
        if self.follows_persons and len(self.years) > 1:
            yield "follows", replace(self, follows_persons=False)
        for name in policy.quasi_identifiers.value:
            if name in self.variables:
                left = tuple(each for each in self.variables if each != name)
                yield name, replace(self, variables=left)


def choosable() -> Mapping[str, Variable]:
    """Every variable that can be chosen, by id; age is chosen for itself."""
    apart = {background.BIRTH_YEAR.id, AGE_GROUP.id}
    return {each.id: each for each in (*all_variables(), *DERIVED) if each.id not in apart}


def extract_rows(frames: Sequence[Frame], definition: Definition) -> pd.DataFrame:
    """Take the chosen columns of the frames of the chosen years.

    Returns
    -------
    DataFrame
        One row a frozen registration: ``person`` (pseudonym bytes or ``None``), ``year``,
        the place's column (municipality number, or name), and int16 codes.
    """
    return pd.concat([_rows_of(frame, definition) for frame in frames], ignore_index=True)


def _rows_of(frame: Frame, definition: Definition) -> pd.DataFrame:
    columns: dict[str, object] = {PERSON: frame.data["person"], YEAR: frame.column("year")}
    if definition.place is not Place.NOWHERE:
        columns[str(definition.place)] = _places(frame, definition.place)
    for variable in definition.asked():
        columns |= {column: frame.column(column) for column in variable.columns}
    return pd.DataFrame(columns)


def _places(frame: Frame, place: Place) -> NDArray[np.object_] | NDArray[np.int16]:
    codes = frame.data["municipality"].cat
    names = [_NAMED[place](municipality(code, frame.year)) for code in codes.categories]
    kind = np.int16 if place is Place.MUNICIPALITY else object
    named: NDArray[np.object_] | NDArray[np.int16] = np.array(names, dtype=kind)[
        codes.codes.to_numpy()
    ]
    return named


_NAMED: Mapping[Place, Callable[[Municipality], int | str]] = {
    Place.MUNICIPALITY: lambda found: int(found.code),
    Place.TRUST: lambda found: found.health_trust,
    Place.REGION: lambda found: found.regional_health_authority,
}
