"""After a fill the database holds nobody's national number, in any form."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.keys import Keys
from brukerplan.demo.fill import fill
from brukerplan.demo.population import DEFAULT_SEED, YEARS, Population
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound
from tests.demo.conftest import MASTER
from tests.demo.number_search import numbers_in_file
from tests.log_key import LOG_KEY


def test_no_national_number_of_anyone_is_in_the_file(filled: Path, short: Population) -> None:
    assert numbers_in_file(filled, every_number(short)) == set()


@pytest.mark.parametrize("planted", ["text", "integer", "blob"])
def test_a_number_planted_in_the_file_is_found(
    filled: Path, short: Population, tmp_path: Path, planted: str
) -> None:
    path = tmp_path / "planted.sqlite"
    shutil.copy(filled, path)
    number = short.persons.national_number(412)
    value: object = {
        "text": f"notat {number}",
        "integer": int(number),
        "blob": number.encode("ascii"),
    }[planted]
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE forgotten (trace)")
        connection.execute("INSERT INTO forgotten VALUES (?)", (value,))
    connection.close()
    assert number in numbers_in_file(path, every_number(short))


@pytest.mark.slow
def test_after_the_whole_demo_no_national_number_is_in_the_file(
    sqlite_template: Path, tmp_path: Path, stavanger: Population
) -> None:
    path = tmp_path / "whole.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", log_key=LOG_KEY)
    fill(database, Keys(database, MASTER), area="stavanger", seed=DEFAULT_SEED)
    with database.read() as session:
        states = session.scalars(sa.select(MappingRound.state).order_by(MappingRound.year)).all()
    database.dispose()
    assert states == ["released"] * (len(YEARS) - 1) + ["open"]
    assert numbers_in_file(path, every_number(stavanger)) == set()


def every_number(population: Population) -> list[str]:
    persons = population.persons
    return [persons.national_number(person) for person in range(len(persons))]
