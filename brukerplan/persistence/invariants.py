"""What the program holds true of its rows, beyond what constraints can say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.disclosure.digest import ReleaseChangedError
from brukerplan.persistence.answers import as_text, decode
from brukerplan.persistence.releases import verify_release
from brukerplan.persistence.tables import (
    REGISTRATION,
    Base,
    MappingRound,
    Organisation,
    Registration,
    RegistrationChange,
    Release,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import (
    MunicipalityState,
    RegistrationState,
    ReleaseState,
    RoundState,
    UnitState,
)

_CHANGES = Base.metadata.tables[RegistrationChange.__tablename__]
_ROWS_AT_ONCE = 1_000


def broken_invariants(session: Session) -> list[str]:
    """Return what does not hold, a sentence each; nothing when all is well."""
    return [
        *_histories(session),
        *_frozen_rounds(session),
        *_published(session),
        *_places(session),
    ]


def _histories(session: Session) -> Iterator[str]:
    """Every history leads, step by step, to the answers that are stored and to their version."""
    rows = session.execute(
        sa.select(
            _CHANGES.c.registration_id,
            _CHANGES.c.variable,
            _CHANGES.c.before,
            _CHANGES.c.after,
            _CHANGES.c.version,
            REGISTRATION.c.version.label("stored_version"),
            *(REGISTRATION.c[name] for name in answer_column_names()),
        )
        .join(REGISTRATION, REGISTRATION.c.id == _CHANGES.c.registration_id)
        .order_by(_CHANGES.c.registration_id, _CHANGES.c.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    gaps = elsewhere = later = 0
    for _, steps in groupby(rows, key=lambda row: row.registration_id):
        reached: dict[str, str | None] = {}
        gap = False
        newest = 0
        for step in steps:
            # The first step known of a variable may begin anywhere: older versions of the
            # program kept no history.
            gap |= reached.get(step.variable, step.before) != step.before
            reached[step.variable] = step.after
            newest = max(newest, step.version)
        stored = decode(step._asdict())
        texts = {name: as_text(value) for name, value in stored.items()}
        gaps += gap
        elsewhere += any(texts.get(name) != after for name, after in reached.items())
        later += newest > step.stored_version
    if gaps:
        yield f"the history of {gaps} registrations has a step that does not follow from the last"
    if elsewhere:
        yield f"the history of {elsewhere} registrations does not lead to their answers"
    if later:
        yield f"the history of {later} registrations goes beyond their version"


def _frozen_rounds(session: Session) -> Iterator[str]:
    left = session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .join(MappingRound, MappingRound.id == Registration.round_id)
        .where(
            MappingRound.state.in_([RoundState.FROZEN, RoundState.RELEASED]),
            Registration.transfer_pseudonym.is_not(None),
        )
    )
    if left:
        yield f"{left} registrations of frozen rounds still have a transfer pseudonym"


def _published(session: Session) -> Iterator[str]:
    for release_id, year in session.execute(
        sa.select(Release.id, Release.year)
        .where(Release.state == ReleaseState.PUBLISHED)
        .order_by(Release.year)
    ).all():
        try:
            verify_release(session, release_id)
        except ReleaseChangedError:
            yield f"the published numbers of {year} are not those that were released"


def _places(session: Session) -> Iterator[str]:
    """No registration stands where nobody can find or finish it."""
    elsewhere = session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .join(Organisation, Organisation.id == Registration.unit_id)
        .where(Organisation.parent_id.is_distinct_from(Registration.municipality_id))
    )
    if elsewhere:
        yield f"{elsewhere} registrations are in a unit of another municipality than their own"
    orphans = session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .join(MappingRound, MappingRound.id == Registration.round_id)
        .join(
            RoundUnit,
            sa.and_(
                RoundUnit.round_id == Registration.round_id,
                RoundUnit.unit_id == Registration.unit_id,
            ),
        )
        .join(
            RoundMunicipality,
            sa.and_(
                RoundMunicipality.round_id == Registration.round_id,
                RoundMunicipality.municipality_id == Registration.municipality_id,
            ),
        )
        .where(
            Registration.state == RegistrationState.DRAFT,
            sa.or_(
                RoundUnit.state != UnitState.OPEN,
                RoundMunicipality.state == MunicipalityState.APPROVED,
            ),
        )
    )
    if orphans:
        yield f"{orphans} drafts are in a unit that has closed, where nobody can finish them"
