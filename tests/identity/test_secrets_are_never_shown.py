"""No way of printing, copying or saving an object gives its secret away."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from datetime import date

import pytest

from brukerplan.identity import (
    Key,
    LogKey,
    MasterKey,
    NationalNumberError,
    Purpose,
    SecretNotShownError,
    parse,
    synthetic_number,
)
from brukerplan.identity.opaque import Opaque
from tests.identity.numbers import TODAY, fictive

NUMBER = synthetic_number(date(1990, 5, 17), "female", 0)
SECRET = b"0123456789abcdef0123456789ABCDEF"

OBJECTS: dict[str, tuple[Opaque, str]] = {
    "number": (fictive(), NUMBER),
    "key": (Key("k1", Purpose.TRUST, SECRET), SECRET.decode()),
    "master": (MasterKey(SECRET), SECRET.decode()),
    "log": (LogKey(SECRET), SECRET.decode()),
}
WAYS_OF_SHOWING: dict[str, Callable[[Opaque], object]] = {
    "repr": repr,
    "str": str,
    "format": "{}".format,
    "format with width": "{:>60}".format,
    "format with conversion": "{!r:>60}".format,
    "percent": lambda held: "%s %r" % (held, held),  # noqa: UP031  # the way logging does it
    "in a list": lambda held: repr([held, {"x": held}]),
    "pprint": pprint.pformat,
    "ascii": ascii,
    "in an error": lambda held: "".join(traceback.format_exception(ValueError(held))),
}

held_objects = pytest.mark.parametrize(
    ("held", "secret"), list(OBJECTS.values()), ids=list(OBJECTS)
)


def gives_away(text: str, secret: str) -> bool:
    """Tell whether any half of the secret can be read in the text."""
    middle = len(secret) // 2
    return any(part in text for part in (secret[:middle], secret[middle:]))


@held_objects
@pytest.mark.parametrize("show", WAYS_OF_SHOWING.values(), ids=WAYS_OF_SHOWING)
def test_showing_it_does_not_show_the_secret(
    held: Opaque, secret: str, show: Callable[[Opaque], object]
) -> None:
    assert not gives_away(str(show(held)), secret)


def test_a_class_that_did_show_its_secret_would_be_caught() -> None:
    @dataclasses.dataclass
    class Careless(Opaque):
        _digits: str

        def __setattr__(self, name: str, value: object) -> None:  # type: ignore[override]  # careless on purpose
            object.__setattr__(self, name, value)

        def __repr__(self) -> str:
            return f"Careless({self._digits})"

    careless = Careless(NUMBER)
    assert all(gives_away(str(show(careless)), NUMBER) for show in WAYS_OF_SHOWING.values())


@held_objects
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(held: Opaque, secret: str, protocol: int) -> None:
    with pytest.raises(SecretNotShownError, match="is not written anywhere") as caught:
        pickle.dumps(held, protocol)
    assert not gives_away(str(caught.value), secret)
    with pytest.raises(SecretNotShownError):
        held.__getstate__()


@held_objects
def test_it_cannot_become_json_or_a_dict(held: Opaque, secret: str) -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps(held)
    assert not gives_away(str(caught.value), secret)
    assert not dataclasses.is_dataclass(held)
    assert not hasattr(held, "__dict__")


@held_objects
def test_a_dataclass_that_holds_it_becomes_a_dict_without_it(held: Opaque, secret: str) -> None:
    @dataclasses.dataclass
    class Command:
        held: Opaque

    as_dict = dataclasses.asdict(Command(held))
    assert as_dict == {"held": held}
    assert not gives_away(repr(as_dict), secret)


@held_objects
def test_a_copy_is_the_same_object(held: Opaque, secret: str) -> None:
    assert copy.copy(held) is held
    assert copy.deepcopy({"x": held})["x"] is held
    assert not gives_away(repr(copy.copy(held)), secret)


@held_objects
def test_it_cannot_be_changed(held: Opaque, secret: str) -> None:
    name = "_digits" if held is OBJECTS["number"][0] else "_secret"
    with pytest.raises(AttributeError, match="cannot be changed") as caught:
        setattr(held, name, b"other")
    assert not gives_away(str(caught.value), secret)
    with pytest.raises(AttributeError, match="cannot be changed"):
        delattr(held, name)


@held_objects
def test_the_log_does_not_hold_it(
    held: Opaque, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("read %s %r", held, held)
    assert "not shown" in caplog.text
    assert not gives_away(caplog.text, secret)


def test_numbers_cannot_be_gathered_in_a_set() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(fictive())


def test_a_number_and_a_key_are_not_equal_to_their_text() -> None:
    assert fictive() != NUMBER
    assert Key("k1", Purpose.TRUST, SECRET) != SECRET


@pytest.mark.parametrize(
    "text",
    [NUMBER[:10], NUMBER + "1", NUMBER[:10] + str((int(NUMBER[10]) + 1) % 10), NUMBER + "x"],
)
def test_a_refusal_does_not_repeat_what_was_typed(text: str) -> None:
    with pytest.raises(NationalNumberError) as caught:
        parse(text, today=TODAY, allow_synthetic=True)
    shown = repr(caught.value) + str(caught.value.values)
    assert not gives_away(shown, NUMBER)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
