"""A filled demo database and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from brukerplan.actions.keys import Keys
from brukerplan.config import load_settings
from brukerplan.demo.fill import fill
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from tests.conftest import EVERYTHING


class Demo:
    """A demo database, with the secrets that were made for it in ``folder``."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.environment = {"BRUKERPLAN_MODE": "demo", "BRUKERPLAN_INSTANCE": str(folder)}
        self.settings = load_settings(self.environment, database_url=url)
        master_key = MasterKey.from_base64(self.settings.master_key)
        self.database = Database(url, log_key=master_key.log_key(), reach=EVERYTHING)
        self.keys = Keys(self.database, master_key)


def filled_demo(
    url: str, folder: Path, *, years: range, told: Callable[[str], object] = lambda _: None
) -> Demo:
    """Migrate the database and fill it: all years but the last released, the last open.

    ``told`` hears what the fill says on its way.
    """
    demo = Demo(url, folder)
    upgrade(demo.database)
    fill(demo.database, demo.keys, years=years, progress=told)
    return demo
