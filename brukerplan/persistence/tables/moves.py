"""Triggers that hold the state machine: a move that is not legal is refused by the database.

Round → municipality → unit → registration: what is closed above takes no change below. The
use cases say why in the user's language; these see to it that nobody gets round them.
"""
# ruff: noqa: S608 - SQL made of this module's own words

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    EXTRACT_MOVES,
    ROUND_MOVES,
    TAKES_NEW,
)

_LEGAL = ", ".join(sorted(f"'{before}>{after}'" for before, after in ROUND_MOVES))
_EXTRACT_LEGAL = ", ".join(sorted(f"'{before}>{after}'" for before, after in EXTRACT_MOVES))
_CHANGEABLE = ", ".join(sorted(f"'{state}'" for state in CHANGEABLE))
_TAKES_NEW = ", ".join(sorted(f"'{state}'" for state in TAKES_NEW))


@dataclass(frozen=True, slots=True)
class Refusal:
    """When a change of a row is refused. ``when`` is SQL over OLD and NEW."""

    table: str
    name: str
    event: str
    when: str
    message: str

    def sqlite(self) -> str:
        """The trigger on SQLite."""
        return (
            f"CREATE TRIGGER {self.table}_{self.name} BEFORE {self.event} ON {self.table} "
            f"WHEN {self.when} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        )

    def postgresql(self) -> tuple[str, str]:
        """The function and the trigger on PostgreSQL, whose WHEN may ask no other table."""
        function = f"{self.table}_{self.name}"
        return (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"BEGIN\n"
            f"    IF {self.when} THEN\n"
            f"        RAISE EXCEPTION USING MESSAGE = '{self.message}',\n"
            f"            ERRCODE = 'restrict_violation';\n"
            f"    END IF;\n"
            f"    RETURN NEW;\n"
            f"END $$",
            f"CREATE TRIGGER {function} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        )


def _round_state(row: str) -> str:
    return f"(SELECT state FROM mapping_round WHERE id = {row}.round_id)"


def _municipality_state(row: str, municipality: str) -> str:
    return (
        f"(SELECT state FROM round_municipality WHERE round_id = {row}.round_id "
        f"AND municipality_id = {municipality})"
    )


def _unit_state(row: str) -> str:
    return (
        f"(SELECT state FROM round_unit WHERE round_id = {row}.round_id "
        f"AND unit_id = {row}.unit_id)"
    )


_PARENT = "(SELECT parent_id FROM organisation WHERE id = NEW.unit_id)"
_OPEN_UNITS = (
    "(SELECT 1 FROM round_unit JOIN organisation ON organisation.id = round_unit.unit_id "
    "WHERE round_unit.round_id = NEW.round_id AND round_unit.state = 'open' "
    "AND organisation.parent_id = NEW.municipality_id)"
)
_OWN = "FROM registration WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id"
# By the moment the row itself tells: a moment in the statement would be the server's, and a
# year that is told of afterwards, as in the demo, is told with the moments it had.
_BASIS = (
    "(SELECT 1 FROM legal_basis WHERE legal_basis.unit_id = NEW.unit_id "
    "AND legal_basis.withdrawn_at IS NULL AND legal_basis.valid_from <= NEW.updated_at "
    "AND (legal_basis.valid_until IS NULL OR legal_basis.valid_until > NEW.updated_at))"
)
_REOPENED_WITHOUT_REASON = "(NEW.state = 'open' AND NEW.reopened_reason IS NULL)"

REFUSALS = (
    Refusal(
        "mapping_round",
        "begins",
        "INSERT",
        f"NEW.state NOT IN ({_TAKES_NEW})",
        "a round begins in training or open",
    ),
    Refusal(
        "mapping_round",
        "moves",
        "UPDATE OF state",
        f"OLD.state != NEW.state AND OLD.state || '>' || NEW.state NOT IN ({_LEGAL})",
        "a round does not move like this",
    ),
    Refusal(
        "mapping_round",
        "opens_empty",
        "UPDATE OF state",
        "OLD.state = 'training' AND NEW.state = 'open' "
        "AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.id)",
        "what was practised on is wiped before the round opens",
    ),
    Refusal(
        "round_municipality",
        "moves",
        "UPDATE OF state",
        f"OLD.state != NEW.state AND ({_round_state('NEW')} NOT IN ({_CHANGEABLE}) "
        f"OR {_REOPENED_WITHOUT_REASON} "
        f"OR (NEW.state = 'approved' AND EXISTS {_OPEN_UNITS}))",
        "a municipality does not move like this",
    ),
    Refusal(
        "round_unit",
        "joins",
        "INSERT",
        f"{_round_state('NEW')} NOT IN ({_CHANGEABLE}) "
        f"OR {_municipality_state('NEW', _PARENT)} = 'approved'",
        "a closed round or an approved municipality takes no unit",
    ),
    Refusal(
        "round_unit",
        "moves",
        "UPDATE OF state",
        f"OLD.state != NEW.state AND ({_round_state('NEW')} NOT IN ({_CHANGEABLE}) "
        f"OR {_municipality_state('NEW', _PARENT)} = 'approved' "
        f"OR {_REOPENED_WITHOUT_REASON} "
        f"OR (NEW.state = 'submitted' AND EXISTS (SELECT 1 {_OWN} AND state = 'draft')) "
        f"OR (NEW.state = 'nothing_to_report' AND EXISTS (SELECT 1 {_OWN})))",
        "a unit does not move like this",
    ),
    Refusal(
        "registration",
        "starts",
        "INSERT",
        f"{_round_state('NEW')} NOT IN ({_TAKES_NEW}) "
        f"OR {_municipality_state('NEW', 'NEW.municipality_id')} != 'open' "
        f"OR {_unit_state('NEW')} != 'open'",
        "a closed round, municipality or unit takes no registration",
    ),
    # A merge is the coordinator's, after the units have submitted.
    Refusal(
        "registration",
        "changes",
        "UPDATE OF state, version",
        f"{_round_state('NEW')} NOT IN ({_CHANGEABLE}) "
        f"OR {_municipality_state('NEW', 'NEW.municipality_id')} != 'open' "
        f"OR ({_unit_state('NEW')} != 'open' "
        "AND NEW.merged_at IS NOT DISTINCT FROM OLD.merged_at)",
        "a closed round, municipality or unit takes no change",
    ),
    # Rotation and a changed number give a frozen person another pseudonym, and none less.
    Refusal(
        "frozen_registration",
        "person",
        "UPDATE OF trust_pseudonym, trust_key_id",
        "OLD.trust_pseudonym IS NULL OR NEW.trust_pseudonym IS NULL OR NOT EXISTS "
        "(SELECT 1 FROM pseudonym_key WHERE id = NEW.trust_key_id AND purpose = 'trust' "
        "AND retired_at IS NULL)",
        "a frozen person is known under the trust key that is in use",
    ),
    Refusal(
        "registration",
        "starts_lawfully",
        "INSERT",
        f"NOT EXISTS {_BASIS}",
        "a unit without a legal basis takes no registration",
    ),
    # To be opened again is no new registering, and is needed before it can be deleted.
    Refusal(
        "registration",
        "changes_lawfully",
        "UPDATE OF state, version",
        f"NOT (OLD.state = 'submitted' AND NEW.state = 'draft') AND NOT EXISTS {_BASIS}",
        "a unit without a legal basis takes no change",
    ),
    Refusal(
        "extract",
        "begins",
        "INSERT",
        "NEW.state != 'asked'",
        "an extract begins by being asked for",
    ),
    Refusal(
        "extract",
        "moves",
        "UPDATE",
        f"(OLD.state != NEW.state AND OLD.state || '>' || NEW.state NOT IN ({_EXTRACT_LEGAL})) "
        "OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by != OLD.decided_by "
        "OR NEW.persons IS DISTINCT FROM OLD.persons "
        "OR NEW.smallest_kept IS DISTINCT FROM OLD.smallest_kept "
        "OR NEW.smallest_allowed IS DISTINCT FROM OLD.smallest_allowed "
        "OR NEW.left_out IS DISTINCT FROM OLD.left_out))",
        "an extract does not move like this",
    ),
    # What is approved is what was asked for, and nothing more.
    *(
        Refusal(
            table,
            "joins",
            "INSERT",
            "(SELECT state FROM extract WHERE id = NEW.extract_id) != 'asked'",
            "an extract that is decided on takes nothing more",
        )
        for table in ("extract_year", "extract_variable")
    ),
)
