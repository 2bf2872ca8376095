"""Fifty people who save at the same time, and what each of them was told."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.served import BARE
from tests.journey.clerk import Answer, Clerk, OpenForm

THINK_SECONDS = 1.0
COLOURS = ("green", "yellow", "red", "unknown")
AREAS = ("housing", "work_activity", "economy", "physical_health")
Ask = Callable[[random.Random], Answer]


@dataclass(slots=True)
class Told:
    """What the server said: how long it took, in milliseconds, and what failed."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Person:
    """Somebody with one registration open; saves one changed answer at a time."""

    def __init__(self, clerk: Clerk, form: OpenForm) -> None:
        self.clerk = clerk
        self.form = form
        self.saves = 0

    def save(self, draw: random.Random) -> Answer:
        """Change one answer and save the form as the page does."""
        area = draw.choice(AREAS)
        now = self.form.fields.get(area, [""])
        self.form.fields[area] = [draw.choice([each for each in COLOURS if [each] != now])]
        answer = self.clerk.save(self.form)
        if answer.status == 200:
            self.saves += 1
            assert json.loads(answer.body)["version"] == self.saves + 1
        return answer

    def insert(self, _draw: random.Random) -> Answer:
        """Send the same form to the bare view."""
        sent = [(name, value) for name, values in self.form.fields.items() for value in values]
        return self.clerk.ask("POST", f"{BARE}/", sent)


def all_at_once(asks: Sequence[Ask], *, seconds: float, think: float) -> Told:
    """Let everybody ask for a while, thinking a random time (``think`` on average) between."""
    told = Told()
    end = time.monotonic() + seconds

    def work(seed: int, ask: Ask) -> None:
        draw = random.Random(seed)
        while True:
            time.sleep(2 * think * draw.random())
            if time.monotonic() >= end:
                return
            answer = ask(draw)
            if answer.status != 200 or answer.server_ms is None:
                told.errors.append(f"{answer.status}: {answer.text[:200]}")
            else:
                told.milliseconds.append(answer.server_ms)

    workers = [threading.Thread(target=work, args=(seed, ask)) for seed, ask in enumerate(asks)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return told
