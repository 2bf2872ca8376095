"""The published figures beside the tests, as the program reads them."""

from __future__ import annotations

from pathlib import Path

TSB_EPISODES = Path(__file__).parent / "data" / "tsb_episodes.csv"
