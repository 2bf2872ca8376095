"""Frozen registrations out of the store, as a frame or a history of frames.

Columns at once, no row objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.queries.rounds import approved, rounds
from brukerplan.persistence.tables import FROZEN_REGISTRATION, MappingRound
from brukerplan.persistence.tables.states import CHANGEABLE
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import LevelRule
from brukerplan.statistics.frames import NULL, Frame, build_frame
from brukerplan.statistics.harmonise import History, Round, Terms, harmonise


class RoundNotFrozenError(ValueError):
    """The year has no frozen round, so there is nothing to count."""


def load_frame(session: Session, year: int) -> Frame:
    """Load everything frozen in the round of a year.

    Returns
    -------
    Frame
        One row a frozen registration, in no meaningful order.

    Raises
    ------
    RoundNotFrozenError
        The year has no round, or it still takes changes.
    """
    found = session.execute(
        sa.select(MappingRound.id, MappingRound.edition).where(
            MappingRound.year == year, MappingRound.state.not_in(CHANGEABLE)
        )
    ).first()
    if found is None:
        raise RoundNotFrozenError(f"no round of {year} is frozen")
    q = edition(found.edition)
    columns = [name for variable in q.variables for name in variable.columns]
    table = FROZEN_REGISTRATION.c
    rows = session.execute(
        sa.select(
            table.municipality_code,
            table.trust_pseudonym,
            # NULL becomes the frame's sentinel in the database: an array holds no None.
            *(
                sa.func.coalesce(sa.cast(table[name], sa.Integer), sa.literal(NULL, sa.Integer))
                for name in columns
            ),
        ).where(table.round_id == found.id)
    ).all()
    numbers = np.fromiter(
        chain.from_iterable(row[2:] for row in rows),
        dtype=np.int16,
        count=len(rows) * len(columns),
    ).reshape(len(rows), len(columns))
    by_column = np.ascontiguousarray(numbers.T)
    return build_frame(
        q,
        year=year,
        municipality=[row[0] for row in rows],
        person=[row[1] for row in rows],
        answers=dict(zip(columns, by_column, strict=True)),
    )


def load_history(
    session: Session, years: Iterable[int] = (), *, level_rule: LevelRule | None = None
) -> History:
    """Load the frozen rounds as one history, each on the terms it was mapped on.

    Parameters
    ----------
    years
        Which rounds; every frozen one if none is given.
    level_rule
        As for `brukerplan.statistics.harmonise.harmonise`.

    Raises
    ------
    RoundNotFrozenError
        A year has no frozen round, or no year has.
    """
    by_year = {found.year: found for found in rounds(session) if found.state not in CHANGEABLE}
    wanted = sorted(set(years)) or sorted(by_year)
    lacking = [year for year in wanted if year not in by_year]
    if lacking or not wanted:
        raise RoundNotFrozenError(f"no round of {lacking or 'any year'} is frozen")
    return harmonise(
        (
            Round(
                load_frame(session, year),
                edition(by_year[year].edition),
                {
                    terms.code: Terms(
                        terms.inclusion_rule, terms.mental_only_included, terms.milder_included
                    )
                    for terms in approved(session, by_year[year].id)
                },
            )
            for year in wanted
        ),
        level_rule=level_rule,
    )
