"""A few kills in every run of the tests; `python -m tests.faults.kill` does two hundred."""

import pytest

from tests.faults.kill import ENGINES, run
from tests.functional.search.engines import elasticsearch_url
from tools import postgres
from tools.programs import Missing

KILLS = 12


@pytest.mark.parametrize("engine", ENGINES)
def test_after_some_kills_nothing_is_lost_left_or_leaked(engine):
    if engine == "elastic":
        try:
            postgres.find_programs()
        except Missing as missing:
            pytest.skip(str(missing))
    url = elasticsearch_url() if engine == "elastic" else ""
    assert run(engine, KILLS, seed=5, elasticsearch_url=url) == 0, "see the output above"
