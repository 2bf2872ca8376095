"""The key that seals the log of the tests' databases, as the tests' settings give it."""

from __future__ import annotations

from brukerplan.identity.keyring import MasterKey

MASTER_KEY = MasterKey(b"m" * 32)
LOG_KEY = MASTER_KEY.log_key()
