"""How the codebook says things: texts in the reader's language, conditions as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire.schema import Condition, Questionnaire, Variable
from brukerplan.translation import Translator


@dataclass(frozen=True, slots=True)
class Words:
    """An edition in a language."""

    edition: Questionnaire
    translator: Translator

    def say(self, text: str, **values: object) -> str:
        """One of the codebook's own texts."""
        return self.translator.pgettext(texts.CONTEXT, text, **values)

    def of(self, variable: Variable, text: str) -> str:
        """A text of a variable: its label or help, or those of its codes."""
        return self.translator.pgettext(variable.id, text) if text else ""

    def code(self, variable: Variable, code_id: str) -> str:
        """The label of a code."""
        return self.of(variable, variable.code(code_id).label)

    def quoted(self, variable: Variable, code_id: str) -> str:
        """The label of a code, in the language's quotation marks."""
        return self.say(texts.QUOTED, answer=self.code(variable, code_id))

    def either(self, parts: Iterable[str]) -> str:
        """The parts, joined by "or"."""
        return f" {self.say(texts.OR)} ".join(parts)

    def both(self, parts: Iterable[str]) -> str:
        """The parts, joined by "and"."""
        return f", {self.say(texts.AND)} ".join(parts)

    def condition(self, condition: Condition) -> str:
        """A condition as a clause, such as: «Rusproblem» er «Alvorlig»."""
        variable = self.edition.variable(condition.variable)
        answers = [
            self.quoted(variable, code.id) for code in variable.codes if code.id in condition.codes
        ]
        return self.say(
            texts.IS_NOT if condition.negated else texts.IS,
            variable=self.of(variable, variable.label),
            answers=self.either(answers or sorted(condition.codes)),
        )
