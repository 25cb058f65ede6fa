"""Oracles: a clock that the queries themselves move."""

import itertools

import pytest

from evaluation.throughput.pacing import Duration, back_to_back


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def run(spans, duration, *, warm_up=0, over_after=None):
    """Run queries that take these times, over and over."""
    clock, numbers = Clock(), []
    taking = itertools.cycle(spans)

    def query(number):
        numbers.append(number)
        clock.now += next(taking)

    pace = back_to_back(
        query,
        duration=duration,
        warm_up=warm_up,
        clock=clock,
        is_over=lambda: over_after is not None and len(numbers) >= over_after,
    )
    return pace, numbers


def test_a_setting_means_one_two_and_fifteen_times_it():
    assert Duration.of(0.5, least_queries=7) == Duration(0.5, 1.0, 7.5, 7)


def test_steady_queries_end_at_the_least_duration():
    pace, numbers = run([0.25], Duration(10.0, 20.0, 30.0))
    assert len(pace.spans) == 40
    assert pace.settled
    assert numbers == list(range(40))
    assert pace.spans == [0.25] * 40
    assert pace.ends[0] == 100.25
    assert pace.ends[-1] == 110.0
    assert pace.begun == 100.0


def test_queries_that_never_settle_end_at_the_second_limit():
    pace, _ = run([0.25, 0.75], Duration(10.0, 20.0, 30.0))
    assert sum(pace.spans) == 20.0
    assert not pace.settled


def test_queries_that_settle_late_end_between(monkeypatch):
    monkeypatch.setattr(
        "evaluation.throughput.pacing.has_settled", lambda values: len(values) >= 60
    )
    pace, _ = run([0.25], Duration(10.0, 20.0, 30.0))
    assert pace.settled
    assert 60 <= len(pace.spans) <= 66, "looked at again after a tenth more"


def test_wanted_queries_are_waited_for_up_to_the_last_limit():
    pace, _ = run([0.25], Duration(1.0, 2.0, 30.0, least_queries=100))
    assert len(pace.spans) == 100
    pace, _ = run([0.5], Duration(1.0, 2.0, 30.0, least_queries=100))
    assert len(pace.spans) == 60
    assert not pace.settled


def test_one_query_is_always_measured():
    pace, _ = run([50.0], Duration(0.0, 0.0, 0.0))
    assert pace.spans == [50.0]


def test_the_warm_up_is_not_part_of_it():
    pace, numbers = run([4.0, 4.0, 0.25] + [0.25] * 1000, Duration(10.0, 20.0, 30.0), warm_up=2)
    assert pace.warm_up_seconds == 8.0
    assert pace.begun == 108.0
    assert set(pace.spans) == {0.25}
    assert numbers[:3] == [0, 1, 0]


@pytest.mark.parametrize("after", [1, 5])
def test_a_stop_ends_it_after_the_query(after):
    pace, _ = run([0.25], Duration(10.0, 20.0, 30.0), over_after=after)
    assert len(pace.spans) == after
