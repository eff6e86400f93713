"""The circuit breaker: who waits, for how long, and who finds out that the engine is back."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.engine import EngineRefused, EngineRejected, EngineUnavailable
from search.outage import CircuitBreaker, longer_rest

#: Longer than any of these tests may last.
LONG = 60.0


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker()


@pytest.fixture
def hanging():
    """A question that is not answered before the test is over."""
    over = threading.Event()
    yield over.wait
    over.set()


def failing(error: type[EngineUnavailable] = EngineUnavailable):
    def ask():
        raise error("away")

    return ask


def rest_is_over(breaker: CircuitBreaker) -> None:
    breaker._open_until = time.monotonic()


def never_asked():
    pytest.fail("this must not be asked")


def test_an_answer_is_passed_on(breaker):
    assert breaker.ask(lambda: 7, LONG) == 7
    assert breaker.ask(lambda: 7, None) == 7


def test_what_does_not_answer_is_given_up(breaker, hanging):
    with pytest.raises(EngineUnavailable, match=r"within 0\.1 s"):
        breaker.ask(hanging, 0.1)


def test_who_had_less_time_than_others_takes_nothing_from_them(breaker, hanging):
    with pytest.raises(EngineUnavailable, match=r"within 0\.1 s"):
        breaker.ask(hanging, 0.1, hurried=True)
    assert breaker.ask(lambda: "fine", LONG) == "fine"
    with pytest.raises(EngineUnavailable):
        breaker.ask(failing(), LONG, hurried=True)
    with pytest.raises(EngineUnavailable):
        breaker.ask(never_asked, LONG)


@pytest.mark.parametrize("seconds", [LONG, None])
def test_after_a_failure_nobody_asks(breaker, seconds):
    with pytest.raises(EngineUnavailable):
        breaker.ask(failing(), seconds)
    with pytest.raises(EngineUnavailable, match="away"):
        breaker.ask(never_asked, seconds)


def test_those_who_wait_go_on_with_the_first_that_fails(breaker, hanging):
    with ThreadPoolExecutor(2) as people:
        begin = time.monotonic()
        second = people.submit(breaker.ask, hanging, LONG)
        while breaker._pool._work_queue.qsize() or not breaker._pool._threads:
            time.sleep(0.01)
        with pytest.raises(EngineUnavailable):
            breaker.ask(hanging, 0.1)
        with pytest.raises(EngineUnavailable):
            second.result()
        assert time.monotonic() - begin < LONG


def test_one_alone_finds_out_whether_it_is_back(breaker):
    with pytest.raises(EngineUnavailable):
        breaker.ask(failing(), None)
    rest_is_over(breaker)

    def probe():
        with pytest.raises(EngineUnavailable):
            breaker.ask(never_asked, None)
        return "back"

    assert breaker.ask(probe, None) == "back"
    assert breaker.ask(lambda: "for all", None) == "for all"


def test_a_probe_that_fails_leaves_it_alone_for_longer(breaker):
    rests = []
    for _ in range(7):
        with pytest.raises(EngineUnavailable):
            breaker.ask(failing(), None)
        rests.append(breaker._rest)
        rest_is_over(breaker)
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    assert breaker.ask(lambda: "back", None) == "back"
    with pytest.raises(EngineUnavailable):
        breaker.ask(failing(), None)
    assert breaker._rest == 1


def test_a_probe_that_breaks_off_lets_the_next_one_try(breaker):
    with pytest.raises(EngineUnavailable):
        breaker.ask(failing(), None)
    rest_is_over(breaker)
    with pytest.raises(ZeroDivisionError):
        breaker.ask(lambda: 1 / 0, None)
    assert breaker.ask(lambda: "back", None) == "back"


def test_one_wrong_question_takes_nothing_from_the_others(breaker):
    with pytest.raises(EngineRejected):
        breaker.ask(failing(EngineRejected), LONG)
    assert breaker.ask(lambda: "fine", LONG) == "fine"


def test_a_refused_password_is_not_tried_again_soon(breaker):
    with pytest.raises(EngineRefused):
        breaker.ask(failing(EngineRefused), LONG)
    assert breaker._rest == 60
    with pytest.raises(EngineRefused):
        breaker.ask(never_asked, LONG)
    assert longer_rest(EngineRefused(), 600) == 900


def test_one_hard_question_takes_the_engine_from_nobody_who_is_answered_meanwhile(breaker, hanging):
    with ThreadPoolExecutor(1) as pool:
        hard = pool.submit(breaker.ask, hanging, 1.0)
        while not hard.done():
            assert breaker.ask(lambda: "fine", LONG) == "fine"
        with pytest.raises(EngineUnavailable, match="within 1 s"):
            hard.result()
    assert breaker.ask(lambda: "fine", LONG) == "fine"


def test_what_answers_nobody_is_left_alone(breaker, hanging):
    assert breaker.ask(lambda: "fine", LONG) == "fine"
    with pytest.raises(EngineUnavailable):
        breaker.ask(hanging, 0.1)
    with pytest.raises(EngineUnavailable):
        breaker.ask(never_asked, LONG)
