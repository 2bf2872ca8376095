"""The tour shows the pages as they are."""

from __future__ import annotations

import re

from tools.tour import MADE_OF, TARGET, digest


def test_the_tour_was_made_after_the_pages_last_changed() -> None:
    assert MADE_OF.read_text(encoding="ascii").strip() == digest(), "run `make tour`"


def test_every_picture_is_in_the_tour_and_the_tour_lacks_none() -> None:
    told = (TARGET / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\(([\w-]+\.png)\)", told))
    assert shown == {path.name for path in TARGET.glob("*.png")}
    assert len(shown) > 20
