"""Fetching an approved extract: made now, from what was approved, under the project's own key."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.extract_counting import load_frames, readable_extract
from brukerplan.actions.extract_errors import ExtractNotFetchableError, NotTheirExtractError
from brukerplan.actions.extracting import end_expired_extracts
from brukerplan.actions.keys import ExtractKeys
from brukerplan.actions.oslo import oslo_day
from brukerplan.disclosure.classes import Classes, classes_of
from brukerplan.disclosure.extract import (
    PERSON,
    PROPOSED,
    YEAR,
    Definition,
    ExtractPolicy,
    Place,
    extract_rows,
)
from brukerplan.extracts import Facts, Form, columns_of, packed
from brukerplan.identity.pseudonyms import PSEUDONYM_BYTES, Key, extract_pseudonym
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.extracts import ExtractView
from brukerplan.persistence.queries.rounds import participants, round_of_year
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables.states import ExtractState, MunicipalityState
from brukerplan.translation import Translator

# 80 bits: among a million persons, two have the same once in a trillion files.
_SHOWN_BYTES = 10


def fetch_extract(
    database: Database,
    *,
    by: Actor,
    keys: ExtractKeys,
    extract_id: int,
    form: Form,
    translator: Translator,
    now: datetime,
    policy: ExtractPolicy = PROPOSED,
) -> bytes:
    """Return the file with its codebook, as a zip.

    Logged where the extract belongs, and in every municipality whose persons may be in it.
    Classes are counted anew: nobody is in the file whom today's policy would leave out.

    Raises
    ------
    ExtractNotFoundError, NotAllowedError, NotTheirExtractError
        It is not this actor's to fetch.
    ExtractNotFetchableError
        It is not approved, or its access has ended.
    """
    end_expired_extracts(database, now=now)
    with database.begin(Door.EXTRACT) as session:
        found = readable_extract(session, by, Permission.EXTRACT_ASK, extract_id, for_change=True)
        if found.line.asked_by != by.user_id:
            raise NotTheirExtractError
        if found.line.state != ExtractState.APPROVED:
            raise ExtractNotFetchableError
        assert found.key_id is not None  # as long as it is approved
        assert found.wrapped is not None
        key = keys.open(found.key_id, found.wrapped)
        rows = extract_rows(load_frames(session, found.definition), found.definition)
        classes, kept = classes_of(rows, found.definition, policy)
        left, _ = classes_of(rows[kept], found.definition, policy)
        _log(session, by, found, form, left, now)
    rows = renamed(rows[kept], found.definition, key)
    municipalities = (
        rows[[Place.MUNICIPALITY, YEAR]].drop_duplicates().itertuples(index=False, name=None)
        if found.definition.place is Place.MUNICIPALITY
        else ()
    )
    return packed(
        rows,
        columns_of(found.definition, municipalities, translator),
        _facts(found, classes, left, policy, now),
        translator,
        form=form,
        name=translator.gettext("uttrekk-%(number)s", number=extract_id),
    )


def renamed(rows: pd.DataFrame, definition: Definition, key: Key) -> pd.DataFrame:
    """Give everybody the project's own pseudonym, in whose order the rows then stand.

    What a person is called in the panel goes no further. Those whom nobody can follow get one
    that is drawn for the row.
    """

    def called(person: bytes | None, year: int) -> str:
        if person is None:
            pseudonym = secrets.token_bytes(PSEUDONYM_BYTES)
        else:
            apart = None if definition.follows_persons else year
            pseudonym = extract_pseudonym(person, key, year=apart)
        return base64.b32encode(pseudonym[:_SHOWN_BYTES]).decode("ascii").lower()

    names = [
        called(person if isinstance(person, bytes) else None, int(year))
        for person, year in zip(rows[PERSON], rows[YEAR], strict=True)
    ]
    own = rows.assign(**{PERSON: pd.Series(names, index=rows.index, dtype=object)})
    # Everything decides the order: two rows of one person and year would stand as they were read.
    return own.sort_values(list(own.columns), ignore_index=True)


def _facts(
    found: ExtractView, classes: Classes, left: Classes, policy: ExtractPolicy, now: datetime
) -> Facts:
    return Facts(
        project=found.line.project,
        recipient=found.line.recipient,
        purpose=found.purpose,
        legal_reference=found.legal_reference,
        fetched_on=oslo_day(now),
        expires_on=found.line.expires_on,
        follows_persons=found.definition.follows_persons,
        persons=classes.persons,
        left_out=classes.left_out,
        smallest_allowed=policy.smallest_class.value,
        smallest_kept=left.smallest,
        synthetic=found.synthetic,
    )


def _log(
    session: Session, by: Actor, found: ExtractView, form: Form, left: Classes, now: datetime
) -> None:
    concerned = {
        terms.municipality_id
        for year in found.definition.years
        if (mapped := round_of_year(session, year)) is not None
        for terms in participants(session, mapped.id)
        if terms.takes_part and terms.state == MunicipalityState.APPROVED
    }
    for organisation_id in (found.line.organisation_id, *sorted(concerned)):
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="extract.fetched",
            organisation_id=organisation_id,
            subject=found.line.id,
            # Of the whole file alone: what a municipality has in it may be a hidden number.
            detail=f"form={form} persons={left.persons} smallest={left.smallest}",
        )
