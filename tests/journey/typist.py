"""Somebody who knows the page by heart, registers by keyboard alone, and counts every press."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from brukerplan.questionnaire.answers import Answers, Value
from tests.journey.persons import NO_NEED

# Where one is: what can be seen by somebody who looks at the screen.
PLACE = """() => {
  const at = document.activeElement;
  const question = at.closest("[data-question]");
  return {
    path: location.pathname,
    id: at.id,
    question: question?.dataset.question ?? null,
    many: question?.hasAttribute("data-many") ?? false,
    typed: at.matches("input[inputmode]"),
    accept: at.matches("[data-accept]"),
    find: at.closest("[data-find]") !== null,
    submit: at.matches('button[value="submit"]'),
  };
}"""
KEYS = """question => Object.fromEntries(
  [...document.querySelectorAll(`[data-question="${question}"] input[data-key]`)]
    .map((input) => [input.value, input.dataset.key]))"""
FOUND = """() => document.querySelector(".service--found")?.dataset.question ?? null"""
SERVICES = """() => Object.fromEntries(
  [...document.querySelectorAll("[data-service]")]
    .map((row) => [row.dataset.question, row.dataset.service]))"""
MOST_STOPS = 120


class Typist:
    """Counts presses; holding Ctrl is a press of its own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, keys: str) -> None:
        """Press one key, or several at once."""
        self.presses += keys.count("+") + 1
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        """Press the keys of a text."""
        for letter in text:
            self.press(letter)

    def register(self, number: str, answers: Answers, *, label: str = "") -> int:
        """Register a person, from the number's field until one is back there.

        Returns how many keys were pressed beyond the digits of the number.
        """
        assert self.place()["id"] == "number", "the number is typed first"
        self.presses = -len(number)
        self.type(number)
        if label:
            if self.place()["id"] != "case_label":
                self.press("Tab")
            self.type(label)
        self.press("Enter")
        self.page.wait_for_url("**/registrering/**")
        self.page.locator("form.with-keys").wait_for()
        for _ in range(MOST_STOPS):
            at = self.place()
            if at["submit"]:
                break
            self._go_on(at, answers)
        else:
            raise AssertionError(f"the end was not reached by {MOST_STOPS} stops")
        self.press("Enter")
        self.page.wait_for_url("**/min-liste**")
        self.page.locator("#number:focus").wait_for()
        return self.presses

    def place(self) -> dict[str, Any]:
        """Look where one is."""
        at: dict[str, Any] = self.page.evaluate(PLACE)
        return at

    def _go_on(self, at: dict[str, Any], answers: Answers) -> None:
        if at["accept"]:
            self.press("Enter")
        elif at["find"]:
            self._services(answers)
        elif at["question"] is None:
            raise AssertionError(f"lost at {at}")
        else:
            self._answer(at, answers[at["question"]])

    def _answer(self, at: dict[str, Any], answer: Value) -> None:
        if at["typed"]:
            self.type(str(answer))
            self.press("Enter")
            return
        keys = self.page.evaluate(KEYS, at["question"])
        for code in sorted(answer) if isinstance(answer, frozenset) else [str(answer)]:
            self.press(keys[code])
        if at["many"]:
            self.press("Enter")

    def _services(self, answers: Answers) -> None:
        """Find each service that is needed by as few letters as will do, and leave the others."""
        names = self.page.evaluate(SERVICES)
        for question, answer in answers.items():
            if not question.startswith("service_") or answer == NO_NEED:
                continue
            self.type(fewest_letters(names, question))
            assert self.page.evaluate(FOUND) == question
            self.press(self.page.evaluate(KEYS, question)[str(answer)])
        self.press("Enter")


def fewest_letters(names: dict[str, str], wanted: str) -> str:
    """What somebody types who knows the list: the beginning of a word, or a letter repeated.

    >>> fewest_letters({"a": "lavterskel", "b": "langtid"}, "b")
    'll'
    """
    words = [word for word in re.split(r"[^\w]+", names[wanted]) if word]
    tries = [word[:length] for word in words for length in range(1, len(word) + 1)]
    hits = {typed: _found(names, typed) for typed in tries}
    begins = [typed for typed in tries if hits[typed][0] == wanted]
    again = [
        typed * (hits[typed].index(wanted) + 1)
        for typed in tries
        if len(typed) == 1 and wanted in hits[typed]
    ]
    return min([*begins, *again], key=len)


def _found(names: dict[str, str], typed: str) -> list[str]:
    """Services in the order the page finds them: by the name first, then by any word in it."""
    first = [each for each, name in names.items() if name.startswith(typed)]
    words = {each: re.split(r"[^\w]+", name) for each, name in names.items()}
    return first + [
        each
        for each in names
        if each not in first and any(word.startswith(typed) for word in words[each])
    ]
