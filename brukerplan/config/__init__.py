"""Settings: read once from the environment, frozen, refusing to start without secrets."""

from __future__ import annotations

from brukerplan.config.documented import SETTINGS
from brukerplan.config.reading import BadSettingError, MissingSettingError
from brukerplan.config.settings import (
    BackupSettings,
    Mode,
    ProviderSettings,
    Settings,
    backup_key,
    database_address,
    load_backup_settings,
    load_settings,
)

__all__ = [
    "SETTINGS",
    "BackupSettings",
    "BadSettingError",
    "MissingSettingError",
    "Mode",
    "ProviderSettings",
    "Settings",
    "backup_key",
    "database_address",
    "load_backup_settings",
    "load_settings",
]
