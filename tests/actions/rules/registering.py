"""The rules of registering: starting, saving, submitting, and two who write at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.actions.rules.places import (
    CHANGEABLE,
    KNOWN,
    PEOPLE,
    RIGHTS,
    SECTIONS,
    TAKES_NEW,
    UNITS,
    Answers,
    Kept,
    Refused,
    Registered,
    must_be_draft,
    refuse,
    typed_and_left,
)


@dataclass
class Registering:
    """A round and the registrations in it. ``clock`` counts the acts."""

    round: str = "training"
    municipalities: dict[str, str] = field(default_factory=lambda: {"M": "open", "N": "open"})
    takes_part: dict[str, bool] = field(default_factory=lambda: {"M": True, "N": True})
    anonymous: dict[str, bool] = field(default_factory=lambda: {"M": False, "N": False})
    units: dict[str, str] = field(default_factory=lambda: dict.fromkeys(UNITS, "open"))
    registrations: dict[str, Registered] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    clock: int = 0
    named: int = 0

    def may(self, who: str, right: str, place: str) -> bool:
        """Registrars and leads in their own unit, coordinators below, the trust everywhere."""
        role, home = PEOPLE[who]
        if right not in RIGHTS[role]:
            return False
        if role == "coordinator":
            return home == UNITS.get(place, place)
        return role == "administrator" or home == place

    def need(self, who: str, right: str, place: str) -> None:
        """Whoever may not is told so, and nothing else."""
        if not self.may(who, right, place):
            raise Refused("NotAllowedError")

    def closed(self, municipality: str, unit: str | None = None) -> set[str]:
        """Every reason why nothing can be changed there."""
        why = set()
        if self.round not in CHANGEABLE:
            why.add("RoundNotOpenError")
        if not self.takes_part[municipality]:
            why.add("NotInRoundError")
        if self.municipalities[municipality] != "open":
            why.add("MunicipalityApprovedError")
        if unit is not None and self.units[unit] != "open":
            why.add("UnitClosedError")
        return why

    def found(self, who: str, name: str, right: str) -> Registered:
        """Somebody's own registration."""
        found = self.registrations.get(name)
        if found is None:
            raise Refused("RegistrationNotFoundError")
        self.need(who, right, found.unit)
        return found

    def changeable(self, who: str, name: str) -> Registered:
        """A registration that its unit can still change."""
        found = self.found(who, name, "write")
        refuse(self.closed(UNITS[found.unit], found.unit))
        return found

    def of(self, unit: str) -> dict[str, Registered]:
        """The unit's registrations by name."""
        return {name: each for name, each in self.registrations.items() if each.unit == unit}

    def inside(self, municipality: str) -> dict[str, Registered]:
        """The municipality's registrations by name."""
        return {
            name: each
            for name, each in self.registrations.items()
            if UNITS[each.unit] == municipality
        }

    def start(self, who: str, unit: str, person: str | None, *, also: bool, last: Answers) -> str:
        """Start on a person, or find the unit's own registration of them.

        ``None`` is no number; ``last`` are last year's answers of the one who is known.
        """
        self.need(who, "write", unit)
        municipality = UNITS[unit]
        why = self.closed(municipality, unit)
        if self.round not in TAKES_NEW:
            why.add("NoNewRegistrationsError")
        if person is None and not self.anonymous[municipality]:
            why.add("NumberNeededError")
        refuse(why)
        if person is None or self.anonymous[municipality]:
            return self._begin(unit, f"nobody {self.named}")
        if (municipality, person) in self.opted_out:
            raise Refused("OptedOutError")
        for name, each in self.of(unit).items():
            if each.person == person:
                return name
        if not also and any(each.person == person for each in self.inside(municipality).values()):
            raise Refused("RegisteredElsewhereError")
        if person == KNOWN and unit == "A":
            return self._begin(unit, person, last, SECTIONS)
        return self._begin(unit, person)

    def _begin(
        self,
        unit: str,
        person: str,
        answers: Answers | None = None,
        unconfirmed: frozenset[str] = frozenset(),
    ) -> str:
        self.named += 1
        name = f"r{self.named}"
        self.registrations[name] = Registered(
            unit, person, {1: dict(answers or {})}, unconfirmed, changed_at=self.clock
        )
        return name

    def save(
        self,
        who: str,
        name: str,
        answers: Answers,
        *,
        version: int,
        page: str,
        accepted: frozenset[str],
    ) -> None:
        """Save a draft over the version that was on the page."""
        found = self.changeable(who, name)
        if answers != found.answers and found.overtaken(version, page):
            based_on = found.kept[page].based_on if page in found.kept else version
            found.kept[page] = Kept(dict(answers), based_on)
            raise Refused("ConflictError")
        must_be_draft(found)
        newly = accepted & found.unconfirmed
        if answers != found.answers or newly:
            found.unconfirmed -= newly
            found.becomes(answers, page=page, clock=self.clock)

    def submit(
        self, who: str, name: str, *, version: int, page: str, confirm: bool, accept: bool
    ) -> None:
        """Submit what is stored: nothing missing, nothing odd unsaid, nothing carried unseen."""
        found = self.changeable(who, name)
        if found.state == "submitted" and page == found.saved_from != "":
            return
        if found.overtaken(version, page):
            raise Refused("NewerVersionError")
        must_be_draft(found)
        before = found.confirmed, found.unconfirmed
        odd = found.odd(found.answers)
        found.confirmed = odd and (found.confirmed or confirm)
        found.unconfirmed = frozenset() if accept else found.unconfirmed
        wrong = found.missing() or found.unconfirmed or (odd and not found.confirmed)
        if not wrong or (found.confirmed, found.unconfirmed) != before:
            found.becomes(found.answers, page=page, clock=self.clock)
        if wrong:
            raise Refused("NotCompleteError")
        found.state = "submitted"

    def reopen(self, who: str, name: str, *, version: int) -> None:
        """Make it a draft again; what was verified is verified no more."""
        found = self.changeable(who, name)
        if found.state != "submitted":
            raise Refused("NotSubmittedError")
        if found.version != version:
            raise Refused("NewerVersionError")
        found.state, found.verified = "draft", False
        found.becomes(found.answers, page="", clock=self.clock)

    def delete(self, who: str, name: str) -> None:
        """Delete a draft, with everything that belongs to it."""
        must_be_draft(self.changeable(who, name))
        del self.registrations[name]

    def settle(self, who: str, name: str, page: str, *, version: int, mine: bool) -> None:
        """Choose between what was typed and what is stored."""
        found = self.registrations.get(name)
        if found is None or page not in found.kept:
            raise Refused("ConflictNotFoundError")
        found = self.changeable(who, name)
        why = set() if version == found.version else {"NewerVersionError"}
        if found.state != "draft":
            why.add("AlreadySubmittedError")
        refuse(why)
        kept = found.kept.pop(page)
        if not mine and typed_and_left(kept.answers, found.answers, found.said[kept.based_on]):
            found.changed_at = self.clock
        found.becomes(kept.answers if mine else found.answers, page="", clock=self.clock)
