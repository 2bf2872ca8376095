"""What the server writes about its own work: enough to mend it, and nobody in it."""

from __future__ import annotations

import io
import json
import logging

import pytest

from brukerplan.config import Mode
from brukerplan.web.guards import public
from brukerplan.web.logs import FIELDS, JsonLines, StandardError
from tests.actions.world import World
from tests.web.browser import Browser
from tests.web.conftest import application

NUMBER = "17859012345"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_told_by_its_page_and_never_by_what_was_asked(
    world: World, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = application(database_url, Mode.PRODUCTION).test_client()

    browser.get(f"/kodebok/{NUMBER}?til={NUMBER}", base_url="https://localhost")
    browser.get(f"/{NUMBER}", base_url="https://localhost")
    browser.post("/logg-inn", data={"email": NUMBER}, base_url="https://localhost")

    told = lines(capsys)
    assert [(each["event"], each["endpoint"], each["method"]) for each in told] == [
        ("request", "open.codebook", "GET"),
        ("request", "none", "GET"),
        ("request", "account.sign_in_send", "POST"),
    ]
    assert NUMBER not in json.dumps(told)
    assert all(isinstance(each["ms"], float) for each in told)


def test_the_demo_writes_no_line_for_a_request(
    browser: Browser, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.get("/")

    assert lines(capsys) == []


def test_an_unexpected_error_is_one_line_with_kind_place_and_reference(
    world: World, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = application(database_url)

    @public
    def breaks() -> str:
        raise RuntimeError(NUMBER)

    app.add_url_rule("/breaks", "breaks", breaks)
    browser = app.test_client()
    page = browser.get("/breaks").get_data(as_text=True)

    ours = [each for each in lines(capsys) if "id" in each]
    assert len(ours) == 1
    assert ours[0]["kind"] == "RuntimeError"
    assert str(ours[0]["place"]).endswith(".py:" + str(breaks.__code__.co_firstlineno + 2))
    assert str(ours[0]["id"]) in page
    assert NUMBER not in json.dumps(ours)


def test_only_the_named_fields_reach_a_line() -> None:
    record = logging.LogRecord("brukerplan", logging.ERROR, "x.py", 1, "event", (), None)
    record.__dict__ |= {"endpoint": "open.front", "path": NUMBER, "exc_text": NUMBER}

    line = json.loads(JsonLines().format(record))

    assert line.keys() == {"at", "level", "event", "endpoint"}
    assert "path" not in FIELDS


class Full(io.StringIO):
    """Takes the first thing written for one too many, and goes on."""

    refused = False

    def write(self, text: str, /) -> int:
        if not self.refused:
            self.refused = True
            raise OSError("no space left on device")
        return super().write(text)


def told(handler: logging.Handler, record: dict[str, object]) -> None:
    """Write a record in the middle of an exception that names somebody."""
    handler.setFormatter(JsonLines())
    try:
        int("rita@eksempel.no")
    except ValueError:
        handler.handle(logging.makeLogRecord(record))


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize(
    ("record", "error"),
    [({"msg": "mail not sent"}, Full), ({"msg": "%d", "args": ("none",)}, io.StringIO)],
    ids=["nowhere to write", "nothing to write"],
)
def test_a_line_that_cannot_be_written_tells_nothing_of_the_exception_under_way(
    monkeypatch: pytest.MonkeyPatch, record: dict[str, object], error: type[io.StringIO], ours: bool
) -> None:
    there = error()
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", there)
        told(StandardError() if ours else logging.StreamHandler(there), record)

    # The library's own handler does tell.
    assert ("rita" in there.getvalue()) == (not ours)


def test_a_line_goes_to_what_is_standard_error_when_it_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = StandardError()
    handler.setFormatter(JsonLines())

    handler.handle(logging.makeLogRecord({"msg": "mail not sent"}))

    (line,) = lines(capsys)
    assert line["event"] == "mail not sent"
