"""The small world of the pages' tests, to be made a town."""

from tests.web.conftest import world as world
