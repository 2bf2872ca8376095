"""The clock was ahead and is set back while somebody is signed in."""

from __future__ import annotations

import pytest
from itsdangerous import TimestampSigner

from tests.actions.world import World
from tests.web.browser import Browser


def test_a_session_from_a_clock_that_was_ahead_ends_and_what_was_typed_stays(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sits_down(world.registrar)
    address = f"/registrering/{world.start()}"
    browser.page(address)
    right = TimestampSigner.get_timestamp

    # Cookies carry the moment they were made; from here on it is an hour earlier.
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: right(self) - 3_600)
    answer = browser.post(address, data={"birth_year": "1975", "version": "1"})

    text = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Økten er utløpt" in text
    assert 'name="birth_year" value="1975"' in text
