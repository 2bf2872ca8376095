"""Two frozen years of fictive people, alike enough but for one, and who handles an extract."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zipfile import ZipFile

import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.extract_file import fetch_extract
from brukerplan.actions.extracting import Application, approve_extract, ask_extract
from brukerplan.disclosure.extract import Age, Definition, Place
from brukerplan.extracts import Form
from brukerplan.persistence.tables import AccessLog
from brukerplan.questionnaire.answers import Value
from brukerplan.translation import translator
from tests.actions.earlier import in_year, register
from tests.actions.keys_world import freeze
from tests.actions.world import World, somebody

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
LAST_DAY = date(2027, 4, 30)
WOMEN, MEN, IN_SANDNES, ODD = range(6), range(6, 12), range(100, 106), 50
DEFINITION = Definition(
    years=(2026,),
    place=Place.MUNICIPALITY,
    age=Age.AGE_GROUP,
    follows_persons=True,
    variables=("gender", "housing", "substances", "lar_follow_up", "overall_level"),
)
BOTH_YEARS = replace(DEFINITION, years=(2025, 2026))
APPLICATION = Application(
    project="Trygg bolig",
    recipient="Universitetet i Vestlandet, Frida Forsker",
    purpose="Undersøke om flere bor trygt enn året før.",
    legal_reference="REK vest 2026/123456 og helseforskningsloven § 20",
    expires_on=LAST_DAY,
)


@dataclass(frozen=True, slots=True)
class Research:
    """The world, and those who ask, decide and look on."""

    world: World
    analyst: Actor
    administrator: Actor
    officer: Actor

    def ask(
        self, definition: Definition = DEFINITION, application: Application = APPLICATION
    ) -> int:
        """Ask for an extract."""
        return ask_extract(
            self.world.database,
            by=self.analyst,
            application=application,
            definition=definition,
            now=NOW,
        )

    def approve(self, extract_id: int, *, by: Actor | None = None, now: datetime = NOW) -> None:
        """Approve it."""
        approve_extract(
            self.world.database,
            by=by or self.administrator,
            keys=self.world.keys.for_extracts(),
            extract_id=extract_id,
            now=now,
        )

    def approved(self, definition: Definition = DEFINITION) -> int:
        """An extract that can be fetched."""
        extract_id = self.ask(definition)
        self.approve(extract_id)
        return extract_id

    def fetch(
        self,
        extract_id: int,
        form: Form = Form.CSV,
        *,
        by: Actor | None = None,
        now: datetime = NOW,
        language: str = "nb",
    ) -> ZipFile:
        """Fetch the file."""
        content = fetch_extract(
            self.world.database,
            by=by or self.analyst,
            keys=self.world.keys.for_extracts(),
            extract_id=extract_id,
            form=form,
            translator=translator(language),
            now=now,
        )
        return ZipFile(io.BytesIO(content))

    def rows(self, extract_id: int, *, now: datetime = NOW) -> list[dict[str, str]]:
        """The rows of the file as text."""
        text = self.fetch(extract_id, now=now).read(f"uttrekk-{extract_id}.csv")
        return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))

    def logged(self, action: str) -> list[tuple[int | None, int | None, str, str]]:
        """User, organisation, subject and detail of what was done."""
        with self.world.database.read() as session:
            rows = session.execute(
                sa.select(
                    AccessLog.user_id,
                    AccessLog.organisation_id,
                    AccessLog.subject,
                    AccessLog.detail,
                )
                .where(AccessLog.action == action)
                .order_by(AccessLog.id)
            )
            return [(row[0], row[1], row[2], row[3]) for row in rows]


def freeze_two_years(world: World) -> Research:
    """Map twelve alike persons in 2025, and them, six more and an odd one in 2026."""
    earlier = in_year(world, 2025)
    for year, there in ((2025, earlier), (2026, world)):
        for serial in (*WOMEN, *MEN):
            register(there, year, serial, _answers(serial), label=f"S-{serial}")
        if year == 2026:
            elsewhere = world.units["1108"][0]
            for serial in IN_SANDNES:
                register(there, year, serial, _answers(0), label=f"S-{serial}", unit_id=elsewhere)
            odd: dict[str, Value] = {"gender": "other", "birth_year": 1950}
            register(there, year, ODD, odd, label="S-odd")
        freeze(there, year, ("1103", "1108"))
    return Research(
        world=world,
        analyst=somebody(world.database, "Anna Analytiker", Role.TRUST_ANALYST, world.trust),
        administrator=world.administrator,
        officer=somebody(world.database, "Olav Ombud", Role.DATA_PROTECTION_OFFICER, world.trust),
    )


def _answers(serial: int) -> dict[str, Value]:
    man = serial in MEN
    return {
        "gender": "male" if man else "female",
        "birth_year": 1985 if man else 1980,
        "housing": ("green", "yellow", "red", "unknown")[serial % 4],
    }
