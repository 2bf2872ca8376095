"""Agreement with NAV's own validator, run by Node, on numbers valid and broken."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from brukerplan.identity import HelpNumberError, NationalNumberError, parse, synthetic_number
from brukerplan.identity.control_digits import complete
from brukerplan.identity.national_number import Gender

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
const { idnr } = require('@navikt/fnrvalidator');
const numbers = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(numbers.map(n => {
  const r = idnr(n);
  return r.status === 'valid' ? r.type : '';
})));
"""
# The reference accepts the rules from 2032 whatever the day, and any year of birth.
ALL_RULES = date(2099, 12, 31)


def reference(numbers: list[str]) -> list[str]:
    """Return the reference's type of each number, '' where it refuses it."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node is not installed; this test needs it. Install Node 20 or newer.")
    run = subprocess.run(
        [node, "-e", SCRIPT],
        input=json.dumps(numbers),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    if run.returncode != 0:
        pytest.fail(f"@navikt/fnrvalidator did not run; run `make setup`.\n{run.stderr}")
    answers = json.loads(run.stdout)
    assert isinstance(answers, list)
    return [str(answer) for answer in answers]


def ours(number: str, today: date) -> str:
    """Return the type we read, '' where we refuse it."""
    try:
        found = parse(number, today=today, allow_synthetic=True)
    except HelpNumberError:
        return "help"
    except NationalNumberError:
        return ""
    if found.synthetic:
        return "dnr-and-tnr" if found.d_number else "tnr"
    return "dnr" if found.d_number else "fnr"


def drawn_numbers(draw: random.Random, count: int) -> list[str]:
    """Return fictive numbers of the test series, D-numbers among them."""
    genders: tuple[Gender, Gender] = ("female", "male")
    return [
        synthetic_number(
            date(1900, 1, 1) + timedelta(days=draw.randrange(46_000)),
            draw.choice(genders),
            draw.randrange(150),
            d_number=draw.random() < 0.3,
        )
        for _ in range(count)
    ]


def broken(draw: random.Random, number: str) -> str:
    """Change one digit, swap two, or give it new first digits with right control digits."""
    digits = list(number)
    kind = draw.randrange(3)
    if kind == 0:
        digits[draw.randrange(11)] = str(draw.randrange(10))
        return "".join(digits)
    if kind == 1:
        at = draw.randrange(10)
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
        return "".join(digits)
    while True:
        # Month 21 to 99, so that none can be a living person's number.
        nine = f"{draw.randrange(100):02}{draw.randrange(21, 100)}{draw.randrange(10**5):05}"
        completed = complete(tuple(map(int, nine)), remainder=draw.randrange(5))
        if completed is not None:
            return "".join(map(str, completed))


def test_the_reference_accepts_every_synthetic_number() -> None:
    numbers = drawn_numbers(random.Random(1), 400)
    assert reference(numbers) == [ours(number, ALL_RULES) for number in numbers]


def test_the_reference_refuses_what_we_refuse_and_accepts_what_we_accept() -> None:
    draw = random.Random(2)
    numbers = [broken(draw, number) for number in drawn_numbers(draw, 800)]
    seen = {"accepted": 0, "refused": 0, "help": 0}
    for number, theirs in zip(numbers, reference(numbers), strict=True):
        mine = ours(number, ALL_RULES)
        if mine == "help":
            # We refuse all help numbers; the reference knows only the newer kind.
            assert theirs in {"hnr", "dnr-and-hnr", ""}
            seen["help"] += 1
        else:
            assert mine == theirs
            seen["accepted" if mine else "refused"] += 1
    assert min(seen.values()) >= 20, seen


def test_a_validator_without_the_rules_of_2032_would_be_found_out() -> None:
    completed = complete((0, 1, 8, 5, 8, 0, 1, 2, 3), remainder=1)
    assert completed is not None
    number = "".join(map(str, completed))
    assert reference([number]) == [ours(number, ALL_RULES)] == ["tnr"]
    assert ours(number, date(2026, 11, 22)) == ""
