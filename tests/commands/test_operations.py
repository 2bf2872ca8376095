"""docs/operations.md: its commands exist, and those of the backup, drill and upgrade are run."""

from __future__ import annotations

import base64
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from brukerplan.cli import main
from brukerplan.persistence.backup import check_backup
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.tables import AccessLog
from tests.actions.world import NOW, build
from tests.conftest import EVERYTHING
from tests.journey.planted import environment

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
KEY = b"b" * 32
KEY_NAME = "BRUKERPLAN_BACKUP_KEY"
COMMAND = re.compile(r"^\s*(brukerplan [^|>#\n`]+)|`(brukerplan [^`]+)`", re.MULTILINE)


def told(document: str) -> Iterator[list[str]]:
    """Every command of ours that the document tells to run, in words."""
    for found in COMMAND.finditer(document):
        yield shlex.split(found[1] or found[2])[1:]


def unusable(document: str) -> list[str]:
    """Commands that there are not, or not with these options."""
    found = []
    for name, *rest in told(document):
        if name not in main.commands:
            found.append(f"{name} is no command")
            continue
        try:
            main.commands[name].make_context(name, list(rest))
        except click.UsageError as error:
            found.append(f"{name}: {error.message}")
    return found


def block(heading: str) -> str:
    """The commands below a heading."""
    section = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
    (text,) = (each for each in section if each.startswith(f"{heading}\n"))
    found = re.search(r"```sh\n(.+?)```", text, flags=re.DOTALL)
    assert found is not None
    return found[1]


def test_every_command_in_the_document_is_one() -> None:
    assert unusable(DOCUMENT) == []
    assert {name for name, *_ in told(DOCUMENT)} >= {
        "backup", "restore", "deletions", "check-integrity", "migrate", "serve", "remind",
    }  # fmt: skip


def test_a_command_that_is_none_would_be_noticed() -> None:
    assert unusable(DOCUMENT.replace("restore --verify", "restore --check")) != []
    assert unusable(DOCUMENT.replace("brukerplan deletions", "brukerplan deleted")) != []


def test_every_link_within_the_document_leads_somewhere() -> None:
    anchors = {
        heading.lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", DOCUMENT, flags=re.MULTILINE)
    }
    links = set(re.findall(r"\(#([a-z-]+)\)", DOCUMENT))
    assert links
    assert links <= anchors


@pytest.fixture
def settings(database: Database, database_url: str, tmp_path: Path) -> dict[str, str]:
    """What the operator has set: a database in use, and a folder for backups."""
    build(database).start()
    (tmp_path / "backups").mkdir()
    return {
        **os.environ,
        **environment(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BRUKERPLAN_DATABASE_URL": database_url,
        KEY_NAME: base64.b64encode(KEY).decode(),
        "BACKUPS": str(tmp_path / "backups"),
        "DRILL_DATABASE": f"sqlite:///{tmp_path / 'drill.sqlite'}",
    }


def run(commands: str, settings: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-euc", commands], env=settings, cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_backups_are_taken_checked_and_deleted_after_thirty_days(
    settings: dict[str, str], tmp_path: Path
) -> None:
    old = tmp_path / "backups" / "brukerplan-old.bpb"
    old.write_bytes(b"")
    os.utime(old, (0, 0))

    said = run(block("Backups"), settings, tmp_path)

    (kept,) = (tmp_path / "backups").iterdir()
    assert check_backup(kept, key=KEY).rows > 0
    assert "is whole and unchanged" in said


def test_the_drill_and_what_was_deleted_since(
    settings: dict[str, str], database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "backups" / "a.bpb"
    run(f"brukerplan backup {path}", settings, tmp_path)
    with database.begin() as session:
        log(
            session,
            at=check_backup(path, key=KEY).made_at.replace(year=2090),
            user_id=None,
            action="registration.deleted",
            subject="an-id",
            detail="version=3",
        )
        log(session, at=NOW.replace(year=2020), user_id=None, action="registration.deleted")

    drill = run(block("Restore drill"), settings | {"BACKUP": str(path)}, tmp_path)
    listed = run(block("Deletions"), settings | {"BACKUP": str(path)}, tmp_path)

    assert re.search(r"Every one of the \d+ tables is equal to the backup", drill)
    assert "Nothing is wrong." in drill
    assert "1 acts of deletion since" in listed
    (line,) = (tmp_path / "deletions.tsv").read_text().splitlines()
    assert line.split("\t")[1:] == ["registration.deleted", "", "an-id", "version=3"]
    restored = Database(settings["DRILL_DATABASE"], reach=EVERYTHING)
    with restored.read() as session:
        acts = session.query(AccessLog.action, AccessLog.detail).order_by(AccessLog.id)
        last = acts.all()[-1]
    assert last.action == "backup.restored"
    assert last.detail.startswith("made=")
    restored.dispose()


def test_an_upgrade(settings: dict[str, str], tmp_path: Path) -> None:
    said = run(block("Upgrade"), settings, tmp_path)

    assert "Nothing is wrong." in said
    assert (tmp_path / "backups" / "before-upgrade.bpb").exists()


@pytest.mark.parametrize(
    ("command", "changed", "says"),
    [
        ("brukerplan restore {good}", {}, "ikke tom"),
        ("brukerplan backup {good}", {}, "finnes fra før"),
        ("brukerplan backup --verify {good}", {KEY_NAME: "A" * 43 + "="}, "annen nøkkel"),
        ("brukerplan backup --verify {bad}", {}, "skadet"),
        ("brukerplan backup --verify {none}", {}, "ikke en sikkerhetskopi"),
        ("brukerplan backup new.bpb", {KEY_NAME: ""}, f"{KEY_NAME} mangler"),
    ],
)  # fmt: skip
def test_each_refusal_is_one_line_and_leaves_with_one(
    settings: dict[str, str],
    tmp_path: Path,
    command: str,
    changed: dict[str, str],
    says: str,
) -> None:
    good, bad, none = (tmp_path / name for name in ("good.bpb", "bad.bpb", "none.bpb"))
    run(f"brukerplan backup {good}", settings, tmp_path)
    bad.write_bytes(good.read_bytes()[:-1])
    none.write_bytes(b"something else")

    done = subprocess.run(
        ["bash", "-euc", command.format(good=good, bad=bad, none=none)],
        env=settings | changed, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "new.bpb").exists()


def test_taking_a_backup_needs_no_other_secret(settings: dict[str, str], tmp_path: Path) -> None:
    few = {
        name: value
        for name, value in settings.items()
        if not name.startswith("BRUKERPLAN_") or name in {"BRUKERPLAN_DATABASE_URL", KEY_NAME}
    }

    said = run("brukerplan backup a.bpb", few | {"BRUKERPLAN_MODE": "production"}, tmp_path)

    assert "Wrote a.bpb" in said


def test_the_master_key_is_refused_as_backup_key(settings: dict[str, str], tmp_path: Path) -> None:
    same = settings | {KEY_NAME: settings["BRUKERPLAN_MASTER_KEY"]}

    done = subprocess.run(
        ["bash", "-c", "brukerplan backup a.bpb"],
        env=same, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"{KEY_NAME} har en ugyldig verdi" in done.stderr
