"""Letters, saying no, questions and merging, done twice."""

from __future__ import annotations

import itertools
import uuid

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from brukerplan.actions.letters import mark_informed
from brukerplan.actions.merging import merge
from brukerplan.actions.opting_out import opt_out, withdraw_opt_out
from brukerplan.actions.querying import answer_query, ask, close_query
from brukerplan.actions.verifying import verify
from brukerplan.persistence.tables.states import QueryAnswer, QueryQuestion
from brukerplan.translation import UserError
from tests.actions.rules.places import UNITS
from tests.actions.rules.words import number_of
from tests.actions.rules.work import NOWHERE, Work, every, municipality, person, which, who


class WorkAround(Work):
    """What surrounds a registration."""

    @rule(draw=who, picks=st.lists(which, min_size=1, max_size=3))
    def sends_letters(self, draw: int, picks: list[int]) -> None:
        """Somebody marks letters as sent."""
        names = [self.known(pick) for pick in picks]
        self.send_letters(self.at(draw, "send letters", names[0]), names)

    def send_letters(self, who: str, names: list[str]) -> None:
        """Mark letters as sent."""
        self.both(
            lambda: self.law.inform(who, names),
            self.act(mark_informed, who, registration_ids=[self.id_of(name) for name in names]),
        )

    @precondition(lambda self: self.law.registrations)
    @rule(draw=who, pick=which)
    def verifies(self, draw: int, pick: int) -> None:
        """Somebody says a registration has been looked over."""
        name = self.known(pick)
        self.verify(self.at(draw, "verify", name), name)

    def verify(self, who: str, name: str) -> None:
        """Look it over."""
        self.both(
            lambda: self.law.verify(who, name),
            self.act(verify, who, registration_id=self.id_of(name)),
        )

    @rule(draw=who, place=municipality, whom=person, withdraw=st.booleans())
    def opts_out(self, draw: int, place: str, whom: str, withdraw: bool) -> None:
        """A person says no, or changes their mind."""
        at = [place, *(unit for unit in UNITS if UNITS[unit] == place)][draw % 2]
        who = self.somebody(draw, "opt out", at)
        self.both(
            lambda: self.law.opt_out(who, place, whom, withdraw=withdraw),
            self.in_municipality(
                withdraw_opt_out if withdraw else opt_out,
                who,
                place,
                keys=self.played.keys,
                number=number_of(whom),
            ),
        )

    @rule(draw=who, pick=which, code=st.sampled_from(list(QueryQuestion)[:2]))
    def asks(self, draw: int, pick: int, code: QueryQuestion) -> None:
        """Somebody asks about a registration."""
        name, key = self.known(pick), f"q{self.law.clock}"
        who = self.at(draw, "ask", name)
        _, asked = self.both(
            lambda: self.law.ask(who, name, code, key),
            self.act(ask, who, registration_id=self.id_of(name), question=code),
        )
        if not isinstance(asked, UserError):
            self.played.questions[key] = asked.id

    @precondition(lambda self: self.played.questions)
    @rule(draw=who, pick=which, answer=st.sampled_from(list(QueryAnswer)))
    def answers(self, draw: int, pick: int, answer: QueryAnswer) -> None:
        """Somebody answers a question."""
        key, query_id, name = self.question(pick)
        who = self.at(draw, "write", name)
        corrected = answer is QueryAnswer.CORRECTED
        self.both(
            lambda: self.law.answer(who, key, corrected=corrected),
            self.act(answer_query, who, query_id=query_id, answer=answer),
        )

    @precondition(lambda self: self.played.questions)
    @rule(draw=who, pick=which)
    def closes_question(self, draw: int, pick: int) -> None:
        """Somebody closes a question."""
        key, query_id, name = self.question(pick)
        who = self.at(draw, "ask", name)
        self.both(lambda: self.law.close(who, key), self.act(close_query, who, query_id=query_id))

    def question(self, pick: int) -> tuple[str, uuid.UUID, str]:
        """One of the questions that were asked, and what it is about."""
        asked = list(self.played.questions) or ["none"]
        key = asked[pick % len(asked)]
        about = [name for name, found in self.law.registrations.items() if key in found.questions]
        return key, self.played.questions.get(key, NOWHERE), about[0] if about else "none"

    @precondition(lambda self: len(self.law.registrations) > 1)
    @rule(draw=who, pick=which, swap=st.booleans(), stale=st.booleans(), take=st.booleans())
    def merges(self, draw: int, pick: int, swap: bool, stale: bool, take: bool) -> None:
        """Somebody makes one registration of two, preferably of the same person's."""
        found = self.law.registrations
        twice = [
            (one, other)
            for one, other in itertools.combinations(found, 2)
            if found[one].person == found[other].person
            and (UNITS[found[one].unit] == UNITS[found[other].unit] or draw > 16)
        ] or [(self.known(pick), self.known(pick + 1))]
        keep, other = twice[pick % len(twice)][:: -1 if swap else 1]
        fresh = not (stale and draw > 8)
        who = self.at(draw, "merge", keep)
        self.both(
            lambda: self.law.merge(who, keep, other, fresh=fresh, take_other=take),
            self.act(
                merge,
                who,
                keep_id=self.id_of(keep),
                other_id=self.id_of(other),
                choices=every("other" if take else "keep"),
                versions={
                    self.id_of(name): each.version - (not fresh) for name, each in found.items()
                },
            ),
        )
