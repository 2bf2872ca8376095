"""The rules around a registration: letters, saying no, questions, merging, closing, freezing."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.actions.rules.places import (
    CHANGEABLE,
    PEOPLE,
    PERSONS,
    UNITS,
    Question,
    Refused,
    Registered,
    refuse,
)
from tests.actions.rules.registering import Registering

BY_THE_PROGRAM = "training_over"
BY_THE_TRUST = "asked_by_trust"


@dataclass
class Rules(Registering):
    """A round and everything in it."""

    frozen: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def inform(self, who: str, names: list[str]) -> None:
        """Mark letters as sent; those that are gone are left out."""
        chosen = [self.registrations[name] for name in names if name in self.registrations]
        for each in chosen:
            self.need(who, "send letters", each.unit)
        for each in chosen:
            refuse(self.closed(UNITS[each.unit]))
        for each in chosen:
            each.informed = True

    def verify(self, who: str, name: str) -> None:
        """Say that a submitted registration has been looked over."""
        found = self.found(who, name, "verify")
        why = self.closed(UNITS[found.unit])
        if found.state != "submitted":
            why.add("NotSubmittedError")
        refuse(why)
        found.verified = True

    def opt_out(self, who: str, municipality: str, person: str, *, withdraw: bool) -> None:
        """Say no, or yes again: for every unit at once, also when all is approved."""
        self._may_opt_out(who, municipality)
        why = set()
        if self.round not in CHANGEABLE:
            why.add("RoundIsOverError")
        if not self.takes_part[municipality]:
            why.add("NotInRoundError")
        if self.anonymous[municipality]:
            why.add("NobodyToFindError")
        refuse(why)
        if withdraw:
            self.opted_out.discard((municipality, person))
            return
        self.opted_out.add((municipality, person))
        for name, each in self.inside(municipality).items():
            if each.person == person:
                del self.registrations[name]

    def _may_opt_out(self, who: str, municipality: str) -> None:
        home = PEOPLE[who][1]
        place = home if UNITS.get(home) == municipality else municipality
        self.need(who, "opt out", place)

    def ask(self, who: str, name: str, code: str, key: str) -> None:
        """Ask the unit about a registration."""
        found = self.found(who, name, "ask")
        why = self.closed(UNITS[found.unit])
        if any(each.code == code and each.state != "closed" for each in found.questions.values()):
            why.add("AlreadyAskedError")
        refuse(why)
        found.questions[key] = Question(code, who, self.clock)

    def answer(self, who: str, key: str, *, corrected: bool) -> None:
        """Answer; «corrected» only after something was."""
        name, question = self._question(key)
        found = self.found(who, name, "write")
        why = self.closed(UNITS[found.unit])
        if question.state != "open":
            why.add("AlreadyAnsweredError")
        if corrected and found.changed_at <= question.asked_at:
            why.add("NothingCorrectedError")
        refuse(why)
        question.state = "answered"

    def close(self, who: str, key: str) -> None:
        """Close a question: whoever asked, or the coordinator."""
        name, question = self._question(key)
        found = self.found(who, name, "ask")
        why = self.closed(UNITS[found.unit])
        if question.state == "closed":
            why.add("AlreadyClosedError")
        if question.asked_by != who and not self.may(who, "check", found.unit):
            why.add("NotYoursToCloseError")
        refuse(why)
        question.state = "closed"

    def _question(self, key: str) -> tuple[str, Question]:
        for name, each in self.registrations.items():
            if key in each.questions:
                return name, each.questions[key]
        raise Refused("QueryNotFoundError")

    def merge(self, who: str, keep: str, other: str, *, fresh: bool, take_other: bool) -> None:
        """Make one registration of a person's two; the units may have submitted."""
        kept, gone = self.registrations.get(keep), self.registrations.get(other)
        if kept is None or gone is None or kept is gone or not _same(kept, gone):
            raise Refused("RegistrationNotFoundError")
        self.need(who, "merge", kept.unit)
        why = self.closed(UNITS[kept.unit])
        if not fresh:
            why.add("SavedMeanwhileError")
        refuse(why)
        answers = gone.answers if take_other else kept.answers
        # What the other said comes into the history and goes out again where it is not taken.
        if kept.answers != gone.answers:
            kept.changed_at = self.clock
        if answers != kept.answers:
            kept.verified = False
        odd = kept.odd(answers)
        kept.confirmed = odd and (kept.confirmed or gone.confirmed)
        kept.informed = kept.informed or gone.informed
        kept.becomes(answers, page="", clock=self.clock)
        complete = not kept.missing() and (kept.confirmed or not odd)
        if not (kept.state == "submitted" and complete):
            kept.state = "draft"
            self.units[kept.unit] = "open"
        del self.registrations[other]

    def close_unit(self, who: str, unit: str, *, nothing: bool) -> None:
        """Submit the unit's mapping, or say that there is nobody to report."""
        self.need(who, "close unit", unit)
        why = self.closed(UNITS[unit], unit)
        own = self.of(unit).values()
        if nothing and own:
            why.add("SomethingRegisteredError")
        if not nothing and not own:
            why.add("NothingRegisteredError")
        if not nothing and any(each.state == "draft" for each in own):
            why.add("DraftsRemainError")
        refuse(why)
        self.units[unit] = "nothing_to_report" if nothing else "submitted"

    def reopen_unit(self, who: str, unit: str, reason: str) -> None:
        """Let the unit map on, for a reason."""
        wrong: set[str] = {"UnitReasonError"} if reason == BY_THE_PROGRAM else set()
        if not self.may(who, "reopen unit", unit):
            raise Refused("NotAllowedError", *wrong)
        why = self.closed(UNITS[unit]) | wrong
        if self.units[unit] == "open":
            why.add("UnitNotSubmittedError")
        refuse(why)
        self.units[unit] = "open"

    def approve(self, who: str, municipality: str, *, leave_out: bool) -> None:
        """Approve when nothing on the checklist is missing; ``missing`` says what was."""
        self.need(who, "approve", municipality)
        refuse(self.closed(municipality))
        missing = {
            "units": sum(
                self.units[unit] == "open" for unit, place in UNITS.items() if place == municipality
            ),
            "duplicates": len(self.twice(municipality)),
            "queries": self.unsettled(municipality),
            "letters": 0 if leave_out else self.uninformed(municipality),
        }
        self.missing = {kind: count for kind, count in missing.items() if count}
        if self.missing:
            raise Refused("ApprovalNotPossibleError")
        self.municipalities[municipality] = "approved"

    def reopen_municipality(self, who: str, municipality: str, reason: str) -> None:
        """Take an approval back: the coordinator, or the trust that asks for a correction."""
        trust = self.may(who, "move round", municipality)
        if not trust:
            self.need(who, "approve", municipality)
        why = set()
        if self.round not in CHANGEABLE:
            why.add("RoundNotOpenError")
        if not self.takes_part[municipality]:
            why.add("NotInRoundError")
        if self.municipalities[municipality] == "open":
            why.add("NotApprovedError")
        if reason == BY_THE_PROGRAM or trust is not (reason == BY_THE_TRUST):
            why.add("MunicipalityReasonError")
        refuse(why)
        self.municipalities[municipality] = "open"

    def set_terms(self, who: str, municipality: str, *, takes_part: bool, anonymous: bool) -> None:
        """Say how the municipality takes part; not once somebody is registered."""
        self.need(who, "set terms", municipality)
        why = self.closed(municipality) - {"NotInRoundError"}
        wanted = takes_part, anonymous
        stands = self.takes_part[municipality], self.anonymous[municipality]
        if wanted != stands and self.inside(municipality):
            why.add("SomebodyRegisteredError")
        # Without numbers nobody could be found again who has said no.
        said_no = any(place == municipality for place, _ in self.opted_out)
        if anonymous != self.anonymous[municipality] and said_no:
            why.add("SomebodyOptedOutError")
        refuse(why)
        self.takes_part[municipality], self.anonymous[municipality] = wanted

    def move_round(self, who: str, before: str, after: str) -> None:
        """The trust opens, corrects, ends the correction; opening wipes what was practised on."""
        self.need(who, "move round", "trust")
        if self.round != before:
            raise Refused("RoundMoveError")
        self.round = after
        if before == "training":
            self.registrations.clear()
            self.opted_out.clear()
            self.units = dict.fromkeys(UNITS, "open")
            self.municipalities = dict.fromkeys(self.municipalities, "open")

    def freeze(self, who: str) -> None:
        """Freeze for ever what is approved, submitted and told to the person."""
        self.need(who, "freeze", "trust")
        if self.round == "training":
            raise Refused("RoundInTrainingError")
        approved = [place for place, state in self.municipalities.items() if state == "approved"]
        why = set() if self.round in CHANGEABLE else {"RoundNotOpenError"}
        if not approved:
            why.add("NothingApprovedError")
        refuse(why)
        self.round = "frozen"
        self.frozen = sum(
            each.state == "submitted" and each.informed
            for place in approved
            for each in self.inside(place).values()
        )

    def twice(self, municipality: str) -> set[str]:
        """Persons whom two units have registered."""
        people = [each.person for each in self.inside(municipality).values()]
        return {person for person in PERSONS if people.count(person) > 1}

    def unsettled(self, municipality: str) -> int:
        """Questions that are not closed."""
        return sum(
            question.state != "closed"
            for each in self.inside(municipality).values()
            for question in each.questions.values()
        )

    def uninformed(self, municipality: str) -> int:
        """Registrations whose person has not been sent the letter."""
        return sum(not each.informed for each in self.inside(municipality).values())


def _same(one: Registered, other: Registered) -> bool:
    """Two registrations of one person in one municipality, in different units."""
    return (
        one.has_pseudonym
        and one.person == other.person
        and UNITS[one.unit] == UNITS[other.unit]
        and one.unit != other.unit
    )
