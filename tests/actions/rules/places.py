"""Who, where, and what a registration is, in plain words and dicts.

The rules are written as they are told, not from the code: nothing of the program is used in
``places``, ``registering`` and ``around``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Two units in one municipality and one in another, under the same health trust.
UNITS = {"A": "M", "B": "M", "C": "N"}
PEOPLE = {
    "registrar A": ("registrar", "A"),
    "lead A": ("lead", "A"),
    "registrar B": ("registrar", "B"),
    "lead B": ("lead", "B"),
    "lead C": ("lead", "C"),
    "coordinator M": ("coordinator", "M"),
    "coordinator N": ("coordinator", "N"),
    "trust": ("administrator", "trust"),
}
_WRITERS = {"write", "send letters", "opt out"}
RIGHTS = {
    "registrar": _WRITERS,
    "lead": _WRITERS | {"verify", "ask", "close unit", "reopen unit"},
    "coordinator": {"opt out", "ask", "check", "merge", "reopen unit", "approve", "set terms"},
    "administrator": {"move round", "freeze"},
}
# Known to unit A from last year; the others are new to everybody.
KNOWN = "known"
PERSONS = (KNOWN, "new 1", "new 2")
SECTIONS = frozenset(
    ("background", "function", "living", "substances", "children_violence", "services", "plans")
)
CHANGEABLE = {"training", "open", "correction"}
TAKES_NEW = {"training", "open"}
# «rest» stands for all the other answers, which are never odd.
NEEDED = {"rest", "housing", "network"}
ODD_WITHOUT = "children_under_18"
Answers = dict[str, str]


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The rules say no, for one reason or several; the program tells one of them.

    ``kinds`` are the names of the program's classes for them.
    """

    def __init__(self, *kinds: str) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = frozenset(kinds)


@dataclass
class Question:
    """A question about a registration, asked with this code."""

    code: str
    asked_by: str
    asked_at: int
    state: str = "open"


@dataclass
class Kept:
    """What a page typed while somebody else saved, and the version it was typed over."""

    answers: Answers
    based_on: int


@dataclass
class Registered:
    """One registration; ``said`` holds the answers of each version, the last one's count."""

    unit: str
    person: str
    said: dict[int, Answers]
    unconfirmed: frozenset[str] = frozenset()
    state: str = "draft"
    version: int = 1
    saved_from: str = ""
    changed_at: int = 0
    confirmed: bool = False
    informed: bool = False
    verified: bool = False
    questions: dict[str, Question] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)

    @property
    def answers(self) -> Answers:
        """What stands now."""
        return self.said[self.version]

    @property
    def has_pseudonym(self) -> bool:
        """Whether it can be told to be about the same person as another."""
        return self.person in PERSONS

    def missing(self) -> bool:
        """Whether an answer is missing that nobody may leave out."""
        return not self.answers.keys() >= NEEDED

    def odd(self, answers: Answers) -> bool:
        """Whether something is left out that may be, if somebody says it is meant."""
        return ODD_WITHOUT not in answers

    def overtaken(self, version: int, page: str) -> bool:
        """Somebody else saved after it; one's own page's saves are not somebody else's."""
        return version != self.version and not (page and page == self.saved_from)

    def becomes(self, answers: Answers, *, page: str, clock: int) -> None:
        """A new version stands."""
        if answers != self.answers:
            self.changed_at = clock
        self.version += 1
        self.said[self.version] = dict(answers)
        self.saved_from = page


def refuse(why: set[str]) -> None:
    """Refuse where there is a reason to."""
    if why:
        raise Refused(*why)


def must_be_draft(found: Registered) -> None:
    """What is submitted is taken back first."""
    if found.state != "draft":
        raise Refused("AlreadySubmittedError")


def typed_and_left(typed: Answers, stored: Answers, base: Answers) -> bool:
    """Whether an answer was really typed, and given up for what is stored."""
    return any(
        typed.get(name) != stored.get(name) and typed.get(name) != base.get(name)
        for name in {*typed, *stored}
    )
