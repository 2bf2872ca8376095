"""Names of variables and codes in the report's language, from the questionnaire."""

from __future__ import annotations

from functools import cache

from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.registry import all_variables, edition
from brukerplan.questionnaire.schema import Kind, Variable, flag_column
from brukerplan.translation import Translator, mark

# Tables whose categories are not codes of a variable.
_CHILDREN = {
    "none": mark("Ingen barn under 18 år"),
    "one_or_more": mark("Ett eller flere barn"),
    "unknown": mark("Ukjent"),
}

_CHOSEN = {"yes": mark("Ja"), "no": mark("Nei")}


class Labels:
    """Looks names up as one edition words them; older variables keep their older names."""

    def __init__(self, edition_id: str, translator: Translator) -> None:
        self._translator = translator
        self._variables = dict(_variables())
        self._variables |= {found.id: found for found in edition(edition_id).variables}

    def variable(self, variable_id: str) -> str:
        """Name of a variable."""
        return self._translator.pgettext(variable_id, self._variables[variable_id].label)

    def code(self, variable_id: str, code_id: str) -> str:
        """Name of one of a variable's codes."""
        if variable_id == "children_under_18":
            return self._translator.gettext(_CHILDREN[code_id])
        code = self._variables[variable_id].code(code_id)
        return self._translator.pgettext(variable_id, code.label)

    def table(self, table_id: str) -> str:
        """Name of a table: its variable's, with the code's where it is one of several answers."""
        if table_id in self._variables:
            return self.variable(table_id)
        variable_id, code_id = _flag(table_id)
        return f"{self.variable(variable_id)}: {self.code(variable_id, code_id)}"

    def category(self, table_id: str, category: str) -> str:
        """Name of one of a table's categories."""
        if table_id in self._variables:
            return self.code(table_id, category)
        return self._translator.gettext(_CHOSEN[category])

    def flags(self, variable_id: str) -> tuple[tuple[str, str], ...]:
        """Table id and name of each code of a MANY variable."""
        variable = self._variables[variable_id]
        if variable.kind is not Kind.MANY:
            raise ValueError(f"{variable_id} has no flags")
        return tuple(
            (flag_column(variable_id, code.id), self.code(variable_id, code.id))
            for code in variable.codes
        )


def variable_of(table_id: str) -> str:
    """Id of the variable that a table counts."""
    return table_id if table_id in _variables() else _flag(table_id)[0]


def _flag(table_id: str) -> tuple[str, str]:
    """Take the name of a code's column apart: what ``flag_column`` put together."""
    for variable in _variables().values():
        if variable.kind is Kind.MANY:
            for code in variable.codes:
                if flag_column(variable.id, code.id) == table_id:
                    return variable.id, code.id
    raise KeyError(f"no variable gives the table {table_id!r}")


@cache
def _variables() -> dict[str, Variable]:
    return {variable.id: variable for variable in (*all_variables(), *DERIVED)}
