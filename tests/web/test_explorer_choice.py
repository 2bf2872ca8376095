"""An address is read into a choice whatever stands in it, and the choice writes it again."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from brukerplan.actions.exploring import Offer, Place, Wanted
from brukerplan.translation import LANGUAGES, translator
from brukerplan.web.explorer_choice import Choice, read_choice

TRUST: Place = ("trust", "stavanger")
STAVANGER: Place = ("municipality", "1103")
SANDNES_THEN: Place = ("municipality", "1102")
SANDNES: Place = ("municipality", "1108")
KVITSOY: Place = ("municipality", "1144")
OFFER = Offer(
    published=(2015, 2016, 2019, 2025),
    unpublished=(),
    areas=frozenset({TRUST, STAVANGER, SANDNES, SANDNES_THEN, KVITSOY}),
    reach=frozenset(),
    own=(),
)


def read(query: str, offer: Offer = OFFER) -> Choice:
    return read_choice(MultiDict(parse_qsl(query, keep_blank_values=True)), offer)


def fields(choice: Choice) -> list[str]:
    return [problem.field for problem in choice.problems]


def test_an_empty_address_is_the_overall_level_of_everybody_in_the_widest_area() -> None:
    assert read("") == Choice(Wanted("overall_level", (), "all", (TRUST,), 2015, 2025))


def test_the_readers_own_area_stands_by_default() -> None:
    own = Offer(OFFER.published, (), OFFER.areas, frozenset(), (("unit", "rus"), KVITSOY))

    assert read("", own).wanted.areas == (KVITSOY,)


def test_everything_an_address_says_is_chosen() -> None:
    choice = read(
        "tabell=housing&kategori=housing:red&kategori=housing:yellow&gruppe=rus"
        "&omrade=kommune:1103&omrade=helseforetak:stavanger&omrade=&fra=2016&til=2019"
    )

    assert choice.problems == ()
    assert choice.wanted == Wanted(
        "housing", ("yellow", "red"), "substance", (STAVANGER, TRUST), 2016, 2019
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tabell=finnes-ikke", "tabell"),
        ("kategori=housing:blue", "kategori"),
        ("kategori=red", "kategori"),
        ("gruppe=alle-andre", "gruppe"),
        ("omrade=kommune:9999", "omrade"),
        ("omrade=planet:jorda", "omrade"),
        ("omrade=1103", "omrade"),
        ("omrade=kommune:1102", "omrade"),
        ("fra=2014", "fra"),
        ("til=to-tusen", "til"),
        ("til=2017", "til"),
        ("fra=2019&til=2016", "fra"),
        ("til=" + "9" * 5000, "til"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_the_rest_is_kept(query: str, field: str) -> None:
    choice = read(query)
    kept = read(f"{query}&tabell=lar&gruppe=rus&fra=2016&omrade=kommune:1144")

    assert fields(choice) == [field]
    for language in LANGUAGES:
        said = choice.problems[0].error.text(translator(language))
        assert said
    wanted = kept.wanted
    assert field == "tabell" or wanted.table == "lar"
    assert field == "gruppe" or wanted.population == "substance"
    assert field in ("fra", "omrade") or (wanted.first, wanted.areas) == (2016, (KVITSOY,))


def test_an_area_that_is_gone_is_answered_with_what_it_has_become() -> None:
    gone = read("omrade=kommune:1102&til=2025").problems[0].error.text(translator("nb"))

    assert "1108" in gone
    assert read("omrade=kommune:1102&til=2016").wanted.areas == (SANDNES_THEN,)


def test_categories_of_another_table_fall_away_with_it() -> None:
    choice = read("tabell=lar&kategori=housing:red")

    assert choice.problems == ()
    assert choice.wanted.chosen == ()


def test_all_categories_are_the_same_as_none_chosen() -> None:
    every = "&".join(f"kategori=housing:{one}" for one in ("green", "yellow", "red", "unknown"))

    assert read(f"tabell=housing&{every}") == read("tabell=housing")


def test_a_fifth_area_is_one_too_many_and_the_same_twice_is_one() -> None:
    four = ("kommune:1103", "helseforetak:stavanger", "kommune:1144", "kommune:1108")
    then = Offer(OFFER.published, (), OFFER.areas | {("nation", "norge")}, frozenset(), ())
    five = "&".join(f"omrade={one}" for one in (*four, "landet:norge"))

    choice = read(five, then)
    assert fields(choice) == ["omrade"]
    assert len(choice.wanted.areas) == 4
    assert read("omrade=kommune:1103&omrade=kommune:1103").wanted.areas == (STAVANGER,)


def test_years_the_wrong_way_round_are_turned() -> None:
    wanted = read("fra=2019&til=2016").wanted

    assert (wanted.first, wanted.last) == (2016, 2019)


def test_a_year_nobody_may_see_is_answered_as_a_year_without_numbers() -> None:
    said = [read(f"til={year}").problems[0].error.text(translator("nb")) for year in (2026, 2031)]

    assert said[0] == said[1]


names = st.sampled_from(["tabell", "kategori", "gruppe", "omrade", "fra", "til", "sprak"])
values = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["housing", "housing:red", "rus", "kommune:1103", "kommune:1102", "2015", "2025", "", ":"]
    ),
)


@given(st.lists(st.tuples(names, values), max_size=12))
def test_whatever_an_address_says_its_choice_writes_an_address_that_says_the_same(
    pairs: list[tuple[str, str]],
) -> None:
    choice = read_choice(MultiDict(pairs), OFFER)
    again = read(choice.query)

    assert again == Choice(choice.wanted)
    assert choice.wanted.areas


@given(st.text(min_size=9, max_size=40))
def test_what_was_typed_is_never_said_again(typed: str) -> None:
    for field in ("tabell", "kategori", "gruppe", "omrade", "fra", "til"):
        for problem in read_choice(MultiDict([(field, f"<{typed}>")]), OFFER).problems:
            assert typed not in problem.error.text(translator("nb"))
