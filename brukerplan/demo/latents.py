"""What moves each answer beneath the surface: slowly changing scores, one per name.

Every latent is a stationary first-order autoregression with standard normal values: a person
who scored high last year scores high this year, a little less so. Each name has its own
random stream, so that a question added to the questionnaire leaves all other answers as they
were.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

from brukerplan.demo.quotas import Scores

LASTING = 0.95
STEADY = 0.85
CHANGING = 0.6
FLEETING = 0.0


class Latents:
    """The latents of every person, kept through the years a person is away.

    Parameters
    ----------
    persons
        How many persons there are in all years together.
    """

    def __init__(self, *, seed: int, persons: int) -> None:
        self._seed = seed
        self._persons = persons
        self._values: dict[str, npt.NDArray[np.float32]] = {}
        self._streams: dict[str, np.random.Generator] = {}

    def of(
        self, name: str, person: npt.NDArray[np.int64], *, persistence: float = STEADY
    ) -> Scores:
        """Return this year's values of ``person``; ask once a year and name.

        ``persistence`` is the correlation with the year before, from 0 to 1.
        """
        if name not in self._values:
            # Two streams: how many begin must not decide what comes after.
            beginning = np.random.default_rng([self._seed, crc32(name.encode()), 0])
            self._streams[name] = np.random.default_rng([self._seed, crc32(name.encode()), 1])
            self._values[name] = beginning.standard_normal(self._persons, dtype=np.float32)
        else:
            values = self._values[name]
            news = self._streams[name].standard_normal(person.size, dtype=np.float32)
            change = np.float32((1 - persistence**2) ** 0.5)
            values[person] = np.float32(persistence) * values[person] + change * news
        return self._values[name][person].astype(np.float64)

    def off_the_line(self, name: str, year: int) -> float:
        """A standard normal value that belongs to a name and a year."""
        return float(
            np.random.default_rng([self._seed, year, crc32(name.encode())]).standard_normal()
        )
