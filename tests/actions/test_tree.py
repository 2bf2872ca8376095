"""The tree is made from the product's own data."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.actions.accounts import OrganisationExistsError
from brukerplan.actions.tree import (
    NothingAboveError,
    OtherNationError,
    OtherParentError,
    add_organisation,
)
from brukerplan.geography import (
    MunicipalityNoLongerExistsError,
    UnknownHealthTrustError,
    UnknownMunicipalityError,
    UnknownRegionalHealthAuthorityError,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import AccessLog, Organisation
from brukerplan.persistence.tables.states import OrganisationKind
from tests.actions.world import NOW

BRANCH = (
    (OrganisationKind.NATION, "norge"),
    (OrganisationKind.REGION, "helse-vest"),
    (OrganisationKind.TRUST, "stavanger"),
    (OrganisationKind.MUNICIPALITY, "1103"),
)


def grow(database: Database, *, to: int = len(BRANCH)) -> None:
    for kind, code in BRANCH[:to]:
        add_organisation(database, kind=kind, code=code, now=NOW)


def test_each_stands_below_what_it_belongs_to_and_has_its_name(database: Database) -> None:
    grow(database)

    with database.read() as session:
        rows = session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
        acts = session.scalars(sa.select(AccessLog).order_by(AccessLog.id)).all()
    assert [row.name for row in rows] == ["Norge", "Helse Vest RHF", "Stavanger", "Stavanger"]
    assert [row.parent_id for row in rows] == [None, *(row.id for row in rows[:-1])]
    assert {(act.action, act.user_id) for act in acts} == {("organisation.created", None)}
    assert [act.detail for act in acts] == [f"{kind} command_line" for kind, _ in BRANCH]


def test_a_name_and_a_written_form_can_be_chosen(database: Database) -> None:
    grow(database, to=2)

    made = add_organisation(
        database,
        kind=OrganisationKind.TRUST,
        code="stavanger",
        name=" Helse Stavanger ",
        parent_code="helse-vest",
        language="nn",
        now=NOW,
    )

    assert (made.name, made.language) == ("Helse Stavanger", "nn")


@pytest.mark.parametrize(
    ("kind", "code", "refused"),
    [
        (OrganisationKind.NATION, "sverige", OtherNationError),
        (OrganisationKind.REGION, "helse-øst", UnknownRegionalHealthAuthorityError),
        (OrganisationKind.TRUST, "helse", UnknownHealthTrustError),
        (OrganisationKind.MUNICIPALITY, "9999", UnknownMunicipalityError),
        (OrganisationKind.MUNICIPALITY, "1141", MunicipalityNoLongerExistsError),
        (OrganisationKind.MUNICIPALITY, "0301", NothingAboveError),
        (OrganisationKind.MUNICIPALITY, "1103", OrganisationExistsError),
    ],
)
def test_what_is_not_there_or_not_yet_or_already_is_refused(
    database: Database, kind: OrganisationKind, code: str, refused: type[Exception]
) -> None:
    grow(database)

    with pytest.raises(refused):
        add_organisation(database, kind=kind, code=code, now=NOW)
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == len(BRANCH)


def test_a_municipality_stands_below_no_other_trust_than_its_own(database: Database) -> None:
    grow(database, to=3)

    with pytest.raises(OtherParentError, match="stavanger, ikke til bergen"):
        add_organisation(
            database,
            kind=OrganisationKind.MUNICIPALITY,
            code="1103",
            parent_code="bergen",
            now=NOW,
        )
