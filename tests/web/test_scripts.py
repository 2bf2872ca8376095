"""The pages' own scripts: nothing personal is left in the browser, and nothing is evaluated."""

from __future__ import annotations

import re

import pytest

from brukerplan.web.assets import FOLDERS

KEEPS = re.compile(
    r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b|serviceWorker|openDatabase"
)
EVALUATES = re.compile(r"\beval\(|new Function|innerHTML|document\.write|insertAdjacentHTML")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDERS["egne"].glob("*.js")}


def test_there_are_scripts_to_look_at() -> None:
    assert {"autosave.js", "keyboard.js", "services.js"} <= SCRIPTS.keys()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_keeps_nothing_in_the_browser(name: str) -> None:
    assert KEEPS.findall(SCRIPTS[name]) == []


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_makes_no_page_of_text(name: str) -> None:
    assert EVALUATES.findall(SCRIPTS[name]) == []


def test_what_keeps_or_evaluates_would_be_found() -> None:
    assert KEEPS.findall("window.localStorage.setItem('housing', 'red')")
    assert EVALUATES.findall("status.innerHTML = answer.message")
