"""A database that is in use goes up one revision at a time, and back, with everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.backup import restore_backup
from brukerplan.persistence.engine import HEAD, Database
from brukerplan.persistence.migration import downgrade, upgrade
from tests.backup.places import KEY, backed_up
from tests.persistence.revisions.walk import (
    CHANGES_ON_PURPOSE,
    columns,
    lacking,
    lost,
    revisions,
    rows,
    run,
    statements,
)

NOTHING: frozenset[str] = frozenset()


@pytest.fixture
def walked(empty_database_url: str) -> Iterator[Database]:
    """An empty database; closed afterwards."""
    database = Database(empty_database_url)
    yield database
    database.dispose()


def up_to(database: Database, last: str) -> None:
    """Go up, filling each revision's own tables when it is reached."""
    for revision in revisions():
        upgrade(database, revision)
        run(database, revision)
        if revision == last:
            return


def test_nothing_is_lost_on_the_way_up_and_on_the_way_down(walked: Database) -> None:
    for revision in revisions():
        before, tables = rows(walked), columns(walked)
        upgrade(walked, revision)
        after = rows(walked)
        on_purpose = CHANGES_ON_PURPOSE.get(revision, NOTHING)
        assert lost(before, after, on_purpose) == [], f"going up to {revision}"
        gone = before.keys() - after.keys() - on_purpose
        assert not gone, f"{revision} removes {gone}: say so in CHANGES_ON_PURPOSE"
        run(walked, revision)
        assert lacking(revision, tables, rows(walked)) == []
    walked.check()

    for revision, below in zip(revisions()[::-1], [*revisions()[-2::-1], "base"], strict=True):
        run(walked, revision, going_back=True)
        before = rows(walked)
        downgrade(walked, below)
        after = rows(walked)
        on_purpose = CHANGES_ON_PURPOSE.get(revision, NOTHING)
        assert lost(before, after, on_purpose) == [], f"going back from {revision}"
    assert rows(walked) == {}


def test_what_a_column_with_a_value_must_hold_is_what_was_true_before(walked: Database) -> None:
    up_to(walked, "0001")
    upgrade(walked, "0002")

    (draft,) = rows(walked)["registration"]
    assert (draft["unconfirmed_sections"], draft["letter_language"]) == ("", "nb")
    assert {row["identity_mode"] for row in rows(walked)["round_municipality"]} == {"pseudonymous"}


def test_references_are_looked_after_again_after_the_upgrade(walked: Database) -> None:
    up_to(walked, HEAD)

    with walked.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("DELETE FROM round_unit"))


def test_a_backup_of_every_revision_is_restored_and_brought_up(
    walked: Database, tmp_path: Path
) -> None:
    for revision in revisions():
        up_to(walked, revision)
        path, there = tmp_path / f"{revision}.bpb", tmp_path / f"{revision}.sqlite"
        assert backed_up(walked, path).revision == revision
        restored = Database(f"sqlite:///{there}")
        restore_backup(restored, path, key=KEY, verify=True)
        restored.check()
        restored.dispose()
        downgrade(walked)


def test_every_revision_has_data() -> None:
    without = [f"tests/persistence/revisions/{each}.sql" for each in revisions()
               if not statements(each)]  # fmt: skip
    assert not without, f"write {without}: rows for what the revision brought (see walk.py there)"


def test_a_revision_without_data_would_be_noticed(walked: Database) -> None:
    up_to(walked, "0001")
    before = columns(walked)
    upgrade(walked, "0002")

    said = lacking("0002", before, rows(walked))

    assert "opt_out has no row: write an INSERT in tests/persistence/revisions/0002.sql" in said
    assert any(each.startswith("registration.carried_from is empty") for each in said)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE user_account SET name = 'X' WHERE id = 1",
        "DELETE FROM membership WHERE user_id = 2",
        "INSERT INTO membership VALUES (2, 3, 'registrar', 1, '2026-11-01 08:00:00')",
        "UPDATE registration SET version = 4",
    ],
)
def test_a_lost_or_changed_row_would_be_noticed(walked: Database, statement: str) -> None:
    up_to(walked, "0001")
    before = rows(walked)
    assert lost(before, rows(walked)) == []

    with walked.connect() as connection:
        connection.execute(sa.text(statement))

    assert len(lost(before, rows(walked))) == 1
    table = lost(before, rows(walked))[0].split()[2]
    assert lost(before, rows(walked), frozenset({table})) == []
