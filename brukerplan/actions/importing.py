"""Reading a unit's registrations in from a file: checked first, then all or row by row.

The file itself is never here, only its rows, and nothing of them is kept but what a
registrar could have typed. See ``docs/adr/0015-import.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, require
from brukerplan.actions.drafting import Place, link_transfers, open_place
from brukerplan.actions.import_plan import Planner, Step
from brukerplan.actions.keys import Keys
from brukerplan.actions.legal_bases import require_basis
from brukerplan.actions.scope import existing_round, require_at
from brukerplan.files.problems import Problem
from brukerplan.files.rows import CheckedFile, Terms, check_rows
from brukerplan.files.sheets import Sheet
from brukerplan.persistence.answers import encode, write_confirmed
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.changes import (
    change_registration,
    changes_between,
    record_changes,
)
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.queries.rounds import (
    municipality_terms,
    optional_variables,
    round_by_id,
)
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import REGISTRATION, RoundMunicipality, RoundUnit
from brukerplan.persistence.tables.states import (
    ChangeSource,
    IdentityMode,
    RegistrationState,
    RoundState,
)
from brukerplan.questionnaire.answers import progress
from brukerplan.questionnaire.registry import edition


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What the import did, or in a dry run would do.

    ``drafts`` of those created and changed wait for somebody to confirm what is odd.
    ``carried_out`` is false in a dry run, and where all was asked for and something is wrong.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    drafts: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    carried_out: bool


def import_rows(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    unit_id: int,
    round_id: int,
    rows: Sheet,
    whole: bool,
    dry_run: bool,
    now: datetime,
    today: date,
    allow_synthetic: bool,
    also_elsewhere: bool = False,
) -> ImportResult:
    """Check the rows by the form's rules, and register those without problems.

    A row that is complete becomes submitted; one with something odd a draft, to be confirmed.
    The same file twice changes nothing the second time.

    Parameters
    ----------
    whole
        All rows or none; otherwise those without problems.
    dry_run
        Only check. Logged all the same: it tells who is registered elsewhere.
    also_elsewhere
        Register also those whom another unit of the municipality has.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, RoundNotOpenError, NoNewRegistrationsError, \
NotInRoundError, UnitClosedError, MunicipalityApprovedError
        The round takes no registrations from this unit and actor now.
    LegalBasisMissingError
        The unit has nothing in law to rest a registration on.
    FileRefusedError
        The columns are not those of the round's questionnaire.
    """
    with database.read(Door.MUNICIPALITY) as session:
        _require_allowed(session, by, unit_id)
        asked = _asked(session, unit_id, round_id)
    # Before anything is held: checking takes seconds, in which others go on saving.
    checked = None if asked is None else _check(rows, asked, today, allow_synthetic)
    with database.begin(Door.MUNICIPALITY) as session:
        path = _require_allowed(session, by, unit_id)
        _hold_alone(session, unit_id, round_id, path)
        place = open_place(session, unit_id, round_id, today)
        require_basis(session, unit_id, now)
        now_asked = _asked(session, unit_id, round_id)
        assert now_asked is not None  # the place is in the round
        if checked is None or now_asked != asked:
            checked = _check(rows, now_asked, today, allow_synthetic)
        plan = Planner(session, by, keys, place, path[-1], checked, now, also=also_elsewhere)
        steps = [step for row in checked.rows if (step := plan.step(row)) is not None]
        carried_out = not dry_run and not (whole and plan.problems)
        if carried_out:
            _carry_out(session, by, place, steps, now)
        result = _result(checked, plan, steps, carried_out=carried_out, told=dry_run or carried_out)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="import.carried_out" if carried_out else "import.checked",
            organisation_id=unit_id,
            subject=round_id,
            detail=(
                f"rows={result.rows} created={result.created} changed={result.changed} "
                f"unchanged={result.unchanged} problems={len(result.problems)} "
                f"whole={'yes' if whole else 'no'}"
            ),
        )
    return result


def _hold_alone(session: Session, unit_id: int, round_id: int, path: tuple[int, ...]) -> None:
    """Nobody else starts, saves or submits in the unit until the import is done."""
    existing_round(session, round_id, held=True)
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(RoundMunicipality.municipality_id.in_(path), RoundMunicipality.round_id == round_id)
        .with_for_update(read=True)
    )
    session.execute(
        sa.select(RoundUnit.state)
        .where(RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
        .with_for_update()
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides how a file is checked."""

    edition: str
    training: bool
    terms: Terms


def _asked(session: Session, unit_id: int, round_id: int) -> _Asked | None:
    unit, found = organisation(session, unit_id), round_by_id(session, round_id)
    if unit is None or unit.parent_id is None or found is None:
        return None
    terms = municipality_terms(session, unit.parent_id, round_id)
    if terms is None:
        return None
    return _Asked(
        edition=found.edition,
        training=found.state == RoundState.TRAINING,
        terms=Terms(
            year=found.year,
            optional=optional_variables(session, round_id, unit.parent_id),
            mental_only_included=terms.mental_only_included,
            milder_included=terms.milder_included,
            anonymous=terms.identity_mode == IdentityMode.ANONYMOUS,
        ),
    )


def _check(rows: Sheet, asked: _Asked, today: date, allow_synthetic: bool) -> CheckedFile:
    return check_rows(
        rows,
        edition(asked.edition),
        asked.terms,
        today=today,
        # A round that is practised on takes test numbers whatever the installation is.
        allow_synthetic=allow_synthetic or asked.training,
        labels_needed=False,
    )


def _require_allowed(session: Session, by: Actor, unit_id: int) -> tuple[int, ...]:
    path = require_at(session, by, Permission.REGISTRATION_WRITE, unit_id)
    require(by, Permission.REGISTRATION_SUBMIT, path)
    return path


def _carry_out(
    session: Session, by: Actor, place: Place, steps: Sequence[Step], now: datetime
) -> None:
    q = edition(place.edition)
    optional = optional_variables(session, place.round_id, place.municipality_id)
    municipality = organisation(session, place.municipality_id)
    assert municipality is not None
    created = []
    for step in steps:
        if step.becomes == "unchanged":
            continue
        done = progress(q, step.answers, optional)
        values: dict[str, Any] = {
            **encode(step.answers),
            "answered": done.answered,
            "asked": done.asked,
            "unconfirmed_sections": "",
            "confirmed_soft": write_confirmed(step.confirmed),
            "state": RegistrationState.SUBMITTED if step.submitted else RegistrationState.DRAFT,
            "submitted_by": by.user_id if step.submitted else None,
            "submitted_at": now if step.submitted else None,
        }
        if step.becomes == "created":
            created.append(
                {
                    "id": step.id,
                    "round_id": place.round_id,
                    "unit_id": place.unit_id,
                    "municipality_id": place.municipality_id,
                    **step.person.columns,
                    "case_label": step.case_label,
                    "created_by": by.user_id,
                    "created_at": now,
                    "updated_by": by.user_id,
                    "updated_at": now,
                    "letter_language": municipality.language,
                    **values,
                }
            )
        else:
            changed = change_registration(
                session, step.id, version=step.version, user_id=by.user_id, at=now, values=values
            )
            assert changed, "the unit is held: nobody else saves in it"
    if created:
        session.execute(sa.insert(REGISTRATION), created)
        link_transfers(
            session,
            place.round_id,
            ((step.id, step.person) for step in steps if step.becomes == "created"),
        )
    for step in steps:
        if step.becomes != "unchanged":
            _remember(session, by, place, step, now)


def _remember(session: Session, by: Actor, place: Place, step: Step, now: datetime) -> None:
    version = step.version + 1
    changes = changes_between(step.before, step.answers, ChangeSource.IMPORTED)
    record_changes(session, step.id, changes, version=version, user_id=by.user_id, at=now)
    acts = ["registration.imported", *["registration.submitted"] * step.submitted]
    for act in acts:
        log(
            session,
            at=now,
            user_id=by.user_id,
            action=act,
            organisation_id=place.unit_id,
            subject=step.id,
            detail=f"version={version}",
        )


def _result(
    checked: CheckedFile,
    plan: Planner,
    steps: Sequence[Step],
    *,
    carried_out: bool,
    told: bool,
) -> ImportResult:
    becomes = [step.becomes for step in steps if told]
    return ImportResult(
        rows=checked.total,
        created=becomes.count("created"),
        changed=becomes.count("changed"),
        unchanged=becomes.count("unchanged"),
        drafts=sum(step.becomes != "unchanged" and not step.submitted for step in steps if told),
        problems=checked.in_order(plan.problems),
        notes=checked.in_order(plan.notes),
        carried_out=carried_out,
    )
