"""A registrar who knows every address and every identifier, and asks for all of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import quote, urlencode

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from brukerplan.persistence.tables import Base
from tests.fuzzing.answered import text_of
from tests.fuzzing.desk import Desk
from tests.fuzzing.foreign import Value, Whose, everything, identifiers, is_public, of_others
from tests.fuzzing.survey import PARAMETER, TOKEN, Form, likely, methods, names_read, rules
from tests.fuzzing.town import Seat

# Nothing has these.
NOBODYS: Mapping[type, Value] = {uuid.UUID: uuid.UUID(int=7), int: 987_654, str: "9876"}
_UUID, _INT = "uuid", "int"
_MOST_TOGETHER = 12
_TOKENS = re.compile(r'name="(?:csrf_token|page)"[^>]*>|value="[^"]*"|til=[^"]*"')


@dataclass(frozen=True, slots=True)
class Tried:
    """An address or a form with others' identifiers, and the same with nobody's."""

    endpoint: str
    method: str
    address: str
    nobodys: str
    fields: Mapping[str, Sequence[str]]
    nobodys_fields: Mapping[str, Sequence[str]]
    # Whether there is such a thing at all is itself to be kept.
    secret: bool


class Stranger:
    """Asks with others' identifiers, and compares what comes back with nothing at all."""

    def __init__(self, desk: Desk, seat: Seat) -> None:
        assert seat.actor is not None
        self.desk, self.seat = desk, seat
        self.whose = Whose(desk.town.world.unit, seat.actor.user_id)
        self.before = everything(desk.town.world.database)
        self.others = of_others(self.before, self.whose)
        self.foreign = identifiers(self.others)
        self.known = identifiers(self.before)
        self.asked: set[str] = set()
        self._answers: dict[tuple[str, str, str], tuple[int, str]] = {}

    def in_addresses(self) -> Iterator[Tried]:
        """Every rule, with at least one identifier of others in its address."""
        for rule in rules(self.desk.app):
            for names, values in self._fillings(rule):
                secret = [
                    name
                    for name, value in zip(names, values, strict=True)
                    if self._secret(name, value)
                ]
                nobodys = [
                    NOBODYS[type(value)] if name in secret else value
                    for name, value in zip(names, values, strict=True)
                ]
                fields = {TOKEN: [self.desk.surveys[self.seat].token], "version": ["1"]}
                for method in (*methods(rule), "DELETE"):
                    yield Tried(
                        rule.endpoint,
                        method,
                        _filled(rule, names, values),
                        _filled(rule, names, nobodys),
                        fields,
                        fields,
                        bool(secret),
                    )

    def in_fields(self) -> Iterator[Tried]:
        """The seat's own pages and forms, with others' identifiers where identifiers are."""
        values = self.desk.surveys[self.seat].values
        for rule in rules(self.desk.app):
            own = self.desk.surveys[self.seat]
            queries, read = names_read(self.desk.app, rule.endpoint)
            if "GET" in methods(rule):
                for address in own.links.get(rule.endpoint, ())[:1]:
                    yield from self._asking(rule.endpoint, address.partition("?")[0], queries)
            if "POST" in methods(rule):
                forms = own.forms.get(rule.endpoint, ()) or [
                    Form(address, "POST") for address in likely(rule, values)
                ]
                for form in forms[:1]:
                    yield from self._sending(rule.endpoint, form, read)

    def gets_nothing(self, tried: Tried, *, in_address: bool) -> None:
        """Ask, and refuse what says, shows or changes anything of others'.

        Raises
        ------
        AssertionError
            Saying which.
        """
        self.asked.add(tried.endpoint)
        answer = self._asked(tried.method, tried.address, tried.fields)
        told = text_of(answer)
        for mark in self.desk.town.hidden_from(self.seat):
            assert mark not in told, f"{tried.method} {tried.address} shows {mark}"
        if in_address and tried.secret:
            # One's own page may say that there is no such thing on it, and go back there.
            assert answer.status_code != 200, f"{tried.method} {tried.address} opens"
        self._nothing_changed(tried, in_address=in_address)
        if tried.secret:
            there = _plain(answer, tried)
            assert there == self._nowhere(tried), (
                f"{tried.method} {tried.address} tells it is there"
            )

    def _nowhere(self, tried: Tried) -> tuple[int, str]:
        asked = (tried.method, tried.nobodys, repr(tried.nobodys_fields))
        if asked not in self._answers:
            answer = self._asked(tried.method, tried.nobodys, tried.nobodys_fields)
            self._answers[asked] = _plain(answer, tried)
        return self._answers[asked]

    def _asking(self, endpoint: str, address: str, names: Sequence[str]) -> Iterator[Tried]:
        for name in names:
            for value in self._all_foreign():
                yield Tried(
                    endpoint,
                    "GET",
                    f"{address}?{urlencode({name: str(value)})}",
                    f"{address}?{urlencode({name: str(NOBODYS[type(value)])})}",
                    {},
                    {},
                    secret=isinstance(value, uuid.UUID),
                )

    def _sending(self, endpoint: str, form: Form, read: Sequence[str]) -> Iterator[Tried]:
        fields: dict[str, list[str]] = {}
        for name, text in form.fields:
            fields.setdefault(name, []).append(text)
        known = {str(value) for values in self.known.values() for value in values}
        told = {
            name
            for name in form.names
            if {*fields.get(name, ()), *form.choices.get(name, ())} & known
        }
        fields[TOKEN] = [self.desk.surveys[self.seat].token]
        for name in sorted(told | set(read) - {TOKEN}):
            for value in self._all_foreign():
                yield Tried(
                    endpoint,
                    "POST",
                    form.action,
                    form.action,
                    fields | {name: [str(value)]},
                    fields | {name: [str(NOBODYS[type(value)])]},
                    secret=isinstance(value, uuid.UUID),
                )

    def _all_foreign(self) -> list[Value]:
        # One of each kind of thing: another of the same kind is no other question here.
        return [values[0] for values in self.foreign.values()]

    def _asked(
        self, method: str, address: str, fields: Mapping[str, Sequence[str]]
    ) -> TestResponse:
        self.desk.reset.back()
        return self.desk.browser(self.seat, "nb").open(
            address, method=method, data=fields if method == "POST" else None
        )

    def _nothing_changed(self, tried: Tried, *, in_address: bool) -> None:
        if not self.desk.reset.changed:
            return
        after = everything(self.desk.town.world.database)
        others = of_others(after, self.whose)
        assert others == self.others, f"{tried.method} {tried.address} changes others' rows"
        if in_address and tried.secret:
            assert after == self.before, f"{tried.method} {tried.address} changes something"

    def _fillings(self, rule: Rule) -> Iterator[tuple[list[str], tuple[Value, ...]]]:
        found = PARAMETER.findall(rule.rule)
        names = [name for _, name in found]
        pools = [self._pool(name, converter) for converter, name in found]
        if not names or not all(pools):
            return
        wanted = product(*pools)
        whole = list(islice(wanted, 5_000))
        # Of too many, some from everywhere.
        step = max(1, len(whole) // _MOST_TOGETHER)
        for values in whole[::step]:
            foreign = (
                value in self._named(name) for name, value in zip(names, values, strict=True)
            )
            if any(foreign):
                yield names, values

    def _pool(self, name: str, converter: str) -> list[Value]:
        """What could stand there: things of that name if there are, else all of that type."""
        named = self._candidates(name, self.known)
        if named:
            return named
        kind: type = {_UUID: uuid.UUID, _INT: int}.get(converter, str)
        return [value for values in self.known.values() for value in values if type(value) is kind]

    def _candidates(self, name: str, where: Mapping[str, list[Value]]) -> list[Value]:
        tables = [table.name for table in Base.metadata.sorted_tables]
        thing = name.removesuffix("_id")
        keys = [name] + [f"{each}_id" for each in tables if thing in each.split("_")]
        return [value for key in dict.fromkeys(keys) for value in where.get(key, ())]

    def _named(self, name: str) -> set[Value]:
        return set(self._candidates(name, self.foreign)) or {
            value for values in self.foreign.values() for value in values
        }

    def _secret(self, name: str, value: Value) -> bool:
        """Whether it is others', and of a kind whose existence is nobody else's business."""
        if value not in self._named(name):
            return False
        tables = [
            key.removesuffix("_id")
            for key, values in self.foreign.items()
            if value in values and key.removesuffix("_id") in Base.metadata.tables
        ]
        # A number may be many things; a unit's is no secret, and the route asks for those.
        return bool(tables) and not any(map(is_public, tables))


def _filled(rule: Rule, names: Sequence[str], values: Sequence[Value]) -> str:
    given = dict(zip(names, values, strict=True))
    return PARAMETER.sub(lambda found: quote(str(given[found[2]]), safe=""), rule.rule)


def _plain(answer: TestResponse, tried: Tried) -> tuple[int, str]:
    """An answer without what it repeats of the question, and without what is new each time."""
    content_type = answer.mimetype or ""
    if content_type not in {"text/html", "application/json"}:
        # A file has its own moment in it.
        return answer.status_code, content_type
    text = _TOKENS.sub("", answer.get_data().decode("utf-8", "replace"))
    pairs = zip(tried.address.split("/"), tried.nobodys.split("/"), strict=True)
    for part in {part for pair in pairs if pair[0] != pair[1] for part in pair}:
        text = text.replace(part, "")
    return answer.status_code, text
