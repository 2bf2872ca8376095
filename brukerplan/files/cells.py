"""From the cells of a row to what the questionnaire's parser takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brukerplan.files.columns import NO, YES, codes_by_text, columns_of, folded, yes_no
from brukerplan.files.headings import Headings
from brukerplan.files.numbers import whole
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable

# No edition has a code like this: the parser then says that the answer is none of them.
_NO_SUCH_CODE = "?"


@dataclass(frozen=True, slots=True)
class Cells:
    """What the row says: texts for the parser, and cells that are neither yes nor no.

    ``written`` are the variables with anything in their cells; services left empty are
    answered by their default, as in the form, without being written.
    """

    raw: Mapping[str, list[str]] = field(repr=False)
    written: frozenset[str]
    neither: tuple[tuple[str, str], ...]


class CellReader:
    """Reads the rows of one file; what can be written in each cell is looked up once."""

    def __init__(self, questionnaire: Questionnaire, headings: Headings) -> None:
        self._ones: list[tuple[Variable, int, Mapping[str, str]]] = []
        self._numbers: list[tuple[Variable, int]] = []
        self._manys: list[tuple[Variable, list[tuple[str, str, int]]]] = []
        for variable in questionnaire.variables:
            found = [
                (each.id, each.code.id if each.code else "", headings.places[each.id])
                for each in columns_of(variable)
                if each.id in headings.places
            ]
            if not found:
                continue
            if variable.kind is Kind.MANY:
                self._manys.append((variable, found))
            elif variable.kind is Kind.ONE:
                self._ones.append((variable, found[0][2], codes_by_text(variable)))
            else:
                self._numbers.append((variable, found[0][2]))

    def read(self, row: tuple[str, ...]) -> Cells:
        """Read one row."""
        raw: dict[str, list[str]] = {}
        written: set[str] = set()
        neither: list[tuple[str, str]] = []
        for variable, place, codes in self._ones:
            if text := text_at(row, place):
                raw[variable.id] = [codes.get(folded(whole(text)), _NO_SUCH_CODE)]
                written.add(variable.id)
            elif variable.default is not None:
                raw[variable.id] = [variable.default]
        for variable, place in self._numbers:
            if text := text_at(row, place):
                raw[variable.id] = [whole(text)]
                written.add(variable.id)
        for variable, found in self._manys:
            meant = {
                column: yes_no().get(folded(whole(text))) if (text := text_at(row, place)) else NO
                for column, _, place in found
            }
            if not any(text_at(row, place) for _, _, place in found):
                continue
            written.add(variable.id)
            wrong = [(variable.id, column) for column, said in meant.items() if said is None]
            neither += wrong
            if not wrong:
                raw[variable.id] = [code for column, code, _ in found if meant[column] == YES]
        return Cells(raw, frozenset(written), tuple(neither))


def text_at(row: tuple[str, ...], place: int | None) -> str:
    """Return what stands in a cell; nothing where the row is shorter, or has no such column."""
    return row[place].strip() if place is not None and place < len(row) else ""
