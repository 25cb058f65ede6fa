"""Oracles: the queue with one server worked out arrival by arrival, on a clock of its own."""

import threading

import numpy as np
import pytest

from evaluation.throughput.server import Arrivals, Trial, arrivals, highest_rate

SERVICE_SECONDS = 0.010


class Clock:
    """Moved by sleeping and by work."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds

    def work(self, _number):
        self.now += SERVICE_SECONDS


def latencies_by_definition(times):
    """Lindley: a query begins when it has arrived and the one before is done."""
    done, found = 0.0, []
    for time in times:
        done = max(done, time) + SERVICE_SECONDS
        found.append(done - time)
    return found


def serve(rate, n, bound, seed=3):
    clock = Clock()
    queries = Arrivals(rate, n, bound_seconds=bound, seed=seed, clock=clock, sleep=clock.sleep)
    queries.serve(clock.work, lambda: False)
    return queries.trial()


def test_arrivals_are_a_poisson_process_of_the_rate():
    times = np.array(arrivals(50.0, 20_000, seed=1))
    gaps = np.diff(times, prepend=0)
    assert (gaps > 0).all()
    assert gaps.mean() == pytest.approx(1 / 50, rel=0.02)
    assert gaps.std() == pytest.approx(1 / 50, rel=0.03)
    assert np.exp(-1) == pytest.approx(np.mean(gaps > 1 / 50), abs=0.01)


def test_a_seed_gives_the_same_arrivals_stretched_by_the_rate():
    slow, fast = arrivals(1.0, 100, seed=4), arrivals(4.0, 100, seed=4)
    assert np.allclose(np.array(slow), 4 * np.array(fast))
    assert arrivals(1.0, 100, seed=5) != slow


@pytest.mark.parametrize("rate", [10.0, 60.0, 90.0])
def test_latency_counts_from_the_scheduled_time(rate):
    trial = serve(rate, 300, bound=1e9)
    assert trial.latencies == pytest.approx(latencies_by_definition(arrivals(rate, 300, seed=3)))
    assert trial.is_met


@pytest.mark.parametrize("n", [100, 101, 199, 200, 250])
def test_the_bound_is_met_exactly_where_99_of_100_are_in_time(n):
    latencies = sorted(latencies_by_definition(arrivals(60.0, n, seed=3)))
    rank = -(-99 * n // 100)
    p99 = latencies[rank - 1]
    assert serve(60.0, n, bound=p99 + 1e-9).is_met
    assert not serve(60.0, n, bound=p99 - 1e-9).is_met


def test_a_trial_that_can_no_longer_meet_the_bound_is_left_early():
    trial = serve(1000.0, 1000, bound=0.05)
    assert not trial.is_met
    assert len(trial.latencies) < 30


def test_a_stop_leaves_a_trial_that_met_nothing():
    clock = Clock()
    queries = Arrivals(10.0, 100, bound_seconds=9.0, seed=1, clock=clock, sleep=clock.sleep)
    answers = iter([False, False, True])
    queries.serve(clock.work, lambda: next(answers))
    assert len(queries.trial().latencies) == 2
    assert not queries.trial().is_met


def test_several_workers_answer_every_query_once():
    answered = []
    queries = Arrivals(1e9, 500, bound_seconds=1e9, seed=1, clock=lambda: 0.0, sleep=lambda _: None)
    threads = [
        threading.Thread(target=queries.serve, args=(answered.append, lambda: False))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answered) == list(range(500))
    assert queries.trial().is_met


def limited_to(capacity, tried, most=100):
    def attempt(rate):
        if len(tried) == most:
            return None
        tried.append(rate)
        return Trial(rate, rate <= capacity, [0.1])

    return attempt


@pytest.mark.parametrize("first", [1.0, 36.9, 37.0, 37.1, 900.0])
def test_the_highest_rate_is_found_to_five_percent_from_either_side(first):
    tried = []
    best = highest_rate(limited_to(37.0, tried), first)
    assert 37.0 / 1.05 <= best.rate <= 37.0
    assert len(tried) < 20


def test_where_time_runs_out_the_best_so_far_is_given():
    tried = []
    assert highest_rate(limited_to(37.0, tried, most=3), 10.0).rate == 10.0 * 1.5**2
    assert highest_rate(limited_to(37.0, [], most=0), 10.0) is None


def test_where_no_rate_meets_the_bound_there_is_none():
    assert highest_rate(limited_to(0.0, [], most=8), 10.0) is None
