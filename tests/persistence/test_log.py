from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import NotACodeError, log
from brukerplan.persistence.queries.accesses import log_lines
from brukerplan.persistence.tables import Organisation

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "detail",
    [
        "Kari bor hos søsteren",
        "01817012345",
        "version=1 0181701 2345",
        "x" * 201,
        "drikker!",
        "linje\nto",
    ],
)
def test_the_log_takes_codes_and_never_a_text_or_a_number(database: Database, detail: str) -> None:
    with database.begin() as session, pytest.raises(NotACodeError) as refused:
        log(session, at=NOW, user_id=None, action="registration.read", detail=detail)
    assert detail not in str(refused.value)


@pytest.mark.parametrize("action", ["", "read", "Registration.read", "registration.read it"])
def test_an_action_is_a_word_of_ours(database: Database, action: str) -> None:
    with database.begin() as session, pytest.raises(NotACodeError):
        log(session, at=NOW, user_id=None, action=action)


def test_the_newest_acts_come_first_and_others_organisations_not_at_all(
    database: Database,
) -> None:
    with database.begin() as session:
        session.add(Organisation(id=1, kind="nation", code="norge", name="Norge"))
        session.flush()
        session.add(Organisation(id=2, kind="region", code="v", name="Vest", parent_id=1))
        session.flush()
        for minute, place in enumerate((1, 2, 1)):
            log(
                session,
                at=NOW + timedelta(minutes=minute),
                user_id=None,
                action="round.opened",
                organisation_id=place,
                subject=minute,
                detail=f"year={2024 + minute}",
            )
    with database.read() as session:
        lines = log_lines(session, (1,))
        newest = log_lines(session, (1, 2), limit=1)
    assert [line.subject for line in lines] == ["2", "0"]
    assert [(line.organisation_name, line.user_name) for line in newest] == [("Norge", None)]
