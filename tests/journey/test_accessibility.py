"""Every page for everyone: axe finds nothing, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journey.places import PLACES, walk
from tests.journey.site import Site

# Named so that it runs before the round is released.
pytestmark = pytest.mark.slow

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(
    encoding="utf-8"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page) -> list[str]:
    """What axe finds, as rule and place."""
    page.wait_for_load_state()
    # Evaluated by the debugger, which the page's own policy does not and need not allow.
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{each['id']}: {node['target']}" for each in found["violations"] for node in each["nodes"]
    ]


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, site: Site, width: int
) -> None:
    seen = 0
    found = []
    for place, page in walk(browser, site, width=width):
        found += [f"{place.name} {what}" for what in violations(page)]
        if (pixels := page.evaluate(WIDER)) > 0:
            found.append(f"{place.name} is {pixels} px wider than the window")
        seen += 1

    assert found == []
    assert seen == len(PLACES)


def test_an_unlabelled_field_and_a_wide_table_would_be_found(page: Page) -> None:
    page.goto("/")
    page.evaluate(
        """() => {
          const bad = document.createElement("div");
          bad.innerHTML = "<input type='text'>" + "<p>" + "x".repeat(2000) + "</p>";
          document.querySelector("main").append(bad);
        }"""
    )

    assert any(what.startswith("label:") for what in violations(page))
    assert page.evaluate(WIDER) > 0
