"""The pages that read in from a file, and the one that hands the municipality its own."""

from __future__ import annotations

import io
import logging
import tempfile
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, Request
from openpyxl import load_workbook
from werkzeug import formparser
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from brukerplan.files import MOST_BYTES
from brukerplan.persistence.tables import AccessLog, Registration
from brukerplan.translation import LANGUAGES, translator
from brukerplan.web.security import HEADERS
from brukerplan.web.uploads import MOST_UPLOADED_BYTES
from tests.actions.world import World
from tests.files.sheets import filled_csv, number, row
from tests.web.browser import Browser, Page

CLEAN = filled_csv([row(1), row(2)]).encode()
WRONG = filled_csv([row(1), row(2, economy="")]).encode()


def sent(
    browser: Browser, page: Page, action: str, content: bytes, name: str = "fil.csv", **typed: str
) -> TestResponse:
    """Send a file with a form of the page, as a browser would."""
    fields: dict[str, object] = {
        key: values[0] for key, values in page.filled(action).items() if key != "file"
    }
    fields |= typed
    fields["file"] = FileStorage(io.BytesIO(content), filename=name)
    # The test client would itself put larger ones on the disk.
    stream, length, boundary = stream_encode_multipart(fields, use_tempfile=False)
    return browser.post(
        action,
        input_stream=stream,
        content_length=length,
        content_type=f'multipart/form-data; boundary="{boundary}"',
    )


def checked(browser: Browser, world: World, content: bytes, **typed: str) -> Page:
    page = browser.page(f"/innlesing/{world.unit}")
    response = sent(browser, page, f"/innlesing/{world.unit}/kontroller", content, **typed)
    assert response.status_code == 200, response.get_data(as_text=True)[-800:]
    return Page(response)


def carried_out(browser: Browser, world: World, page: Page, content: bytes, **typed: str) -> Page:
    response = sent(browser, page, f"/innlesing/{world.unit}/les-inn", content, **typed)
    assert response.status_code == 200, response.get_data(as_text=True)[-800:]
    return Page(response)


def registered(world: World) -> list[str]:
    with world.database.read() as session:
        return list(
            session.scalars(sa.select(Registration.case_label).order_by(Registration.case_label))
        )


def test_a_file_is_checked_first_and_then_chosen_again_to_be_read_in(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)

    first = checked(browser, world, CLEAN)

    assert first.heading == "Filen er kontrollert"
    assert "Filen er ikke lagret. Velg den samme filen en gang til" in first.main
    assert registered(world) == []
    second = carried_out(browser, world, first, CLEAN)
    assert second.heading == "Filen er lest inn"
    assert registered(world) == ["S-001", "S-002"]


def test_every_error_stands_with_row_cell_column_and_what_to_do(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)

    page = checked(browser, world, WRONG)

    assert page.heading == "Filen har feil"
    (line,) = page.elements("li", class_="import-line")
    text = " ".join("".join(line.itertext()).split())
    assert text.startswith("Rad 4 I4 Økonomi Spørsmålet er ikke besvart.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_errors_are_in_the_readers_language(
    browser: Browser, world: World, language: str
) -> None:
    browser.sits_down(world.registrar)
    browser.page(f"/innlesing/{world.unit}?sprak={language}")

    page = checked(browser, world, WRONG)

    assert translator(language).pgettext("economy", "Økonomi") in page.main


def test_another_file_than_the_one_checked_is_only_checked(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    first = checked(browser, world, CLEAN)

    second = carried_out(browser, world, first, filled_csv([row(3)]).encode())

    assert "en annen fil enn den som ble kontrollert" in second.html
    assert registered(world) == []


def test_nothing_is_read_in_from_a_file_that_was_never_checked(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    first = checked(browser, world, CLEAN)

    carried_out(browser, world, first, CLEAN, checked="")

    assert registered(world) == []


def test_the_rows_without_errors_can_be_read_in_alone(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    first = checked(browser, world, WRONG)

    carried_out(browser, world, first, WRONG, extent="whole")
    assert registered(world) == []
    carried_out(browser, world, first, WRONG, extent="rows")
    assert registered(world) == ["S-001"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Filen er tom"),
        (filled_csv([row(1, economy="=1+1")]).encode(), "Celle I3 inneholder en formel"),
        (b"\x89PNG\r\n\x1a\n\x00", "verken en Excel-fil"),
        (b"x" * (MOST_BYTES + 1), "større enn 5 MB"),
    ],
    ids=["empty", "formula", "picture", "too large"],
)
def test_a_file_that_is_not_read_is_told_at_the_field(
    browser: Browser, world: World, content: bytes, says: str
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page(f"/innlesing/{world.unit}")

    response = sent(browser, page, f"/innlesing/{world.unit}/kontroller", content)

    assert response.status_code == 400
    refused = Page(response)
    assert says in refused.main
    assert refused.elements("a", href="#file")
    assert refused.elements("input", id="file")[0].get("aria-invalid") == "true"


def test_without_a_file_the_page_asks_for_one(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    address = f"/innlesing/{world.unit}"

    response = browser.send(browser.page(address), f"{address}/kontroller")

    assert response.status_code == 400
    assert "Ingen fil er valgt. Velg filen først." in Page(response).main


def test_far_too_much_is_stopped_before_it_is_read_with_advice(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page(f"/innlesing/{world.unit}")

    response = sent(
        browser, page, f"/innlesing/{world.unit}/kontroller", b"x" * (MOST_UPLOADED_BYTES + 1)
    )

    assert response.status_code == 413
    assert "Del den i flere filer" in Page(response).main


def test_other_pages_take_no_more_than_before(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = sent(browser, page, "/min-liste", b"x" * 1_200_000)

    assert response.status_code == 413


# Larger than what Werkzeug keeps in memory by itself.
LARGE = CLEAN + (b"\r\n" + b";" * 20) * 40_000


@pytest.fixture
def temporary_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the functions that were asked for a temporary file."""
    asked: list[str] = []

    def noting(name: str, real: Any) -> Any:
        def note(*arguments: Any, **options: Any) -> Any:
            asked.append(name)
            return real(*arguments, **options)

        return note

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        noted = noting(name, getattr(tempfile, name))
        monkeypatch.setattr(tempfile, name, noted)
        if hasattr(formparser, name):
            monkeypatch.setattr(formparser, name, noted)
    return asked


def test_nothing_of_the_file_is_put_on_the_disk_or_in_the_log(
    browser: Browser,
    world: World,
    temporary_files: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser.sits_down(world.registrar)

    with caplog.at_level(logging.DEBUG):
        first = checked(browser, world, LARGE)
        carried_out(browser, world, first, LARGE)

    assert registered(world) == ["S-001", "S-002"]
    assert temporary_files == []
    assert number(1) not in caplog.text
    assert "S-001" not in caplog.text
    with world.database.read() as session:
        logged = session.execute(sa.select(AccessLog.subject, AccessLog.detail)).all()
    assert not any(number(1) in str(line) or "S-001" in str(line) for line in logged)


def test_a_request_that_does_not_keep_files_in_memory_would_be_noticed(
    app: Flask, browser: Browser, world: World, temporary_files: list[str]
) -> None:
    app.request_class = Request
    browser.sits_down(world.registrar)

    checked(browser, world, LARGE)

    assert "SpooledTemporaryFile" in temporary_files


def test_neither_number_nor_label_stands_on_any_page(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    rows = [row(1), row(2), row(1, case_label="S-9"), row(3, economy=number(3))]
    content = filled_csv(rows).encode()

    for page in (
        first := checked(browser, world, content),
        carried_out(browser, world, first, content, extent="rows"),
    ):
        for each in rows:
            assert each["number"] not in page.html
            assert each["case_label"] not in page.html


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_sent_as_a_file_that_no_cache_keeps(
    browser: Browser, world: World, kind: str
) -> None:
    browser.sits_down(world.registrar)

    response = browser.get(f"/innlesing/{world.unit}/mal.{kind}")

    assert response.status_code == 200
    assert f'filename="kartlegging-2026-mal.{kind}"' in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    assert set(HEADERS) <= set(response.headers.keys())


def test_the_template_of_the_page_is_read_when_it_is_sent_back(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    template = browser.get(f"/innlesing/{world.unit}/mal.xlsx").get_data()
    workbook = load_workbook(io.BytesIO(template))
    sheet = workbook.worksheets[0]
    ids = [cell.value for cell in sheet[2]]
    for name, text in row(1).items():
        sheet.cell(3, ids.index(name) + 1, text)
    written = io.BytesIO()
    workbook.save(written)

    page = checked(browser, world, written.getvalue())

    assert page.heading == "Filen er kontrollert"


def test_nobody_reads_in_to_somebody_elses_unit(browser: Browser, world: World) -> None:
    for actor in (world.colleague, world.coordinator, world.stranger):
        browser.sits_down(actor)

        assert browser.get(f"/innlesing/{world.unit}").status_code == 403
        assert browser.get(f"/innlesing/{world.unit}/mal.xlsx").status_code == 403


def test_the_coordinator_takes_out_the_municipalitys_own(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.coordinator)
    address = "/kommune/1103/2026/uttrekk"
    page = browser.page(address)
    assert "1 registrering er med." in page.main

    response = browser.post(
        address, data={**page.filled(address), "purpose": "archive", "kind": "csv"}
    )

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "Unntatt offentlighet" in response.get_data(as_text=True)
    assert "S-1" in response.get_data(as_text=True)


def test_the_workbook_is_sent_too(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.coordinator)
    address = "/kommune/1103/2026/uttrekk"
    page = browser.page(address)

    response = browser.send(page, address, purpose="archive")

    sheet = load_workbook(io.BytesIO(response.get_data())).worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == [
        "Unntatt offentlighet",
        "2026",
        "Rus- og psykisk helse 1103",
    ]


def test_without_the_box_nothing_is_taken_out(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.coordinator)
    address = "/kommune/1103/2026/uttrekk"

    response = browser.send(browser.page(address), address)

    assert response.status_code == 400
    assert "eget arkiv" in Page(response).main
    assert "S-1" not in response.get_data(as_text=True)


def test_without_a_known_kind_of_file_nothing_is_taken_out(
    app: Flask, browser: Browser, world: World
) -> None:
    browser.sits_down(world.coordinator)
    address = "/kommune/1103/2026/uttrekk"
    page = browser.page(address)

    response = browser.send(page, address, purpose="archive", kind="exe")

    assert response.status_code == 400
