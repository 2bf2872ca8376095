"""Questions, answers and states of a question in words."""

from __future__ import annotations

from collections.abc import Mapping

from brukerplan.persistence.tables.states import QueryAnswer, QueryQuestion, QueryState
from brukerplan.questionnaire.registry import all_variables
from brukerplan.translation import Translator, mark

QUESTIONS: Mapping[str, str] = {
    QueryQuestion.IS_THE_ANSWER_RIGHT: mark("Er svaret riktig?"),
    QueryQuestion.LARGE_CHANGE: mark("Stemmer det at så mye er endret siden sist?"),
    QueryQuestion.MUCH_UNKNOWN: mark("Mye er ukjent. Vet tjenesten mer?"),
    QueryQuestion.SAME_AS_OTHERS: mark(
        "Vurderingene ligner mye på de andres. Er personen vurdert for seg?"
    ),
    QueryQuestion.STILL_A_USER: mark("Er personen fortsatt bruker av tjenesten?"),
}
ANSWERS: Mapping[str, str] = {
    QueryAnswer.RIGHT_AS_IT_IS: mark("Det er riktig som det står"),
    QueryAnswer.CORRECTED: mark("Det er rettet"),
    QueryAnswer.NOT_KNOWN: mark("Vi vet ikke"),
}
STATES: Mapping[str, str] = {
    QueryState.OPEN: mark("Venter på svar"),
    QueryState.ANSWERED: mark("Besvart"),
    QueryState.CLOSED: mark("Avsluttet"),
}


def question_text(t: Translator, question: str, variable: str | None) -> str:
    """Say what is asked; with the name of the question of the form where it is about one."""
    words = t.gettext(QUESTIONS[question])
    name = next((each for each in all_variables() if each.id == variable), None)
    return words if name is None else f"{t.pgettext(name.id, name.label)}: {words}"


def in_words(t: Translator, words: Mapping[str, str]) -> dict[str, str]:
    """Translate a table of codes."""
    return {str(code): t.gettext(text) for code, text in words.items()}
