"""Oracles: a clock that the model itself moves."""

import threading
from contextlib import contextmanager

import pytest

from evaluation.errors import StoppedError
from evaluation.throughput import Plan, RunnerFacts, measure_throughput

PLAN = Plan(
    seconds=1.0, workers=1, threads=1, batch_size=16, most_at_once=1, bound_ms=100.0, seed=9
)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class SteadyRunner:
    """Takes 10 ms a call and 1 ms a sample, divided by the threads, on a shared clock."""

    def __init__(self, clock, threads):
        self.clock, self.threads, self.calls = clock, threads, []
        self.thread = threading.get_ident()

    def run(self, first, n, batches=1):
        assert threading.get_ident() == self.thread
        self.calls.append((first, n, batches))
        self.clock.now += (0.010 + 0.001 * n * batches) / self.threads

    def check(self):
        pass

    def facts(self):
        return RunnerFacts(0.5 * self.threads, 1000 * self.threads, "1.2.3", ("CPU",))


class Laboratory:
    """Starts runners and keeps them."""

    def __init__(self, kind=SteadyRunner):
        self.kind, self.clock, self.runners, self.ended = kind, Clock(), [], 0

    @contextmanager
    def launch(self, threads, tell):
        runner = self.kind(self.clock, threads)
        self.runners.append(runner)
        tell(4000 + len(self.runners))
        try:
            yield runner
        finally:
            self.ended += 1

    def measure(self, plan=PLAN, **options):
        return measure_throughput(
            self.launch, plan, clock=self.clock, sleep=self.clock.sleep, **options
        )


def with_plan(**fields):
    return Plan(**{**{name: getattr(PLAN, name) for name in PLAN.__slots__}, **fields})


def test_offline_counts_samples_over_the_time_that_the_model_took():
    offline = Laboratory().measure().results[0]
    assert offline.scenario == "offline"
    assert offline.samples_per_second == pytest.approx(16 / 0.026)
    assert offline.seconds >= 1.0
    assert offline.samples == 16 * round(offline.seconds / 0.026)
    assert (offline.workers, offline.threads, offline.cores) == (1, 1, 1)
    assert offline.settled
    assert offline.warm_up_queries == 2
    assert offline.warm_up_seconds == pytest.approx(2 * 0.026)


@pytest.mark.parametrize(("most", "at_once"), [(2, 2), (50, 3)])
def test_offline_gives_a_child_as_many_batches_at_once_as_an_extraction_does(most, at_once):
    laboratory = Laboratory()
    offline = laboratory.measure(with_plan(most_at_once=most)).results[0]
    # one batch takes 26 ms, so that three are begun within a tenth of a second
    seconds = 0.010 + 0.001 * 16 * at_once
    assert offline.samples_per_second == pytest.approx(16 * at_once / seconds)
    assert laboratory.runners[0].calls[:3] == [
        (0, 16, 1),
        (0, 16, at_once),
        (16 * at_once, 16, at_once),
    ]


def test_single_stream_gives_the_latency_of_one_sample_in_milliseconds():
    single = Laboratory().measure(with_plan(seconds=0.1)).results[1]
    assert single.scenario == "single_stream"
    assert single.samples == 100, "at least a hundred queries, however short the time"
    for value in (single.latency_p50_ms, single.latency_p90_ms, single.latency_p99_ms):
        assert value == pytest.approx(11.0)
    assert single.samples_per_second == pytest.approx(1 / 0.011)


def test_a_slow_model_ends_at_the_longest_time_and_shows_no_percentile_of_few():
    class Slow(SteadyRunner):
        def run(self, first, n, batches=1):
            self.clock.now += 1.0
            super().run(first, n, batches)

    measured = Laboratory(Slow).measure(with_plan(seconds=2.0))
    single = measured.results[1]
    assert single.samples == 30, "fifteen times the least duration"
    assert single.latency_p50_ms == pytest.approx(1011.0)
    assert single.latency_p90_ms == pytest.approx(1011.0)
    assert single.latency_p99_ms is None
    assert not single.settled
    assert measured.server.rate_per_second is None, "slower alone than the bound"
    assert measured.server.rates_tried == 0
    assert measured.infer_ms == pytest.approx(1011.0)


def test_the_server_meets_the_bound_at_the_rate_that_is_reported():
    server = Laboratory().measure(with_plan(seconds=60.0)).server
    # One worker of 11 ms saturates at 90.9 queries a second.
    assert 60 < server.rate_per_second < 90.9
    assert server.latency_p99_ms <= 100.0
    assert 11.0 <= server.latency_p50_ms <= server.latency_p90_ms <= server.latency_p99_ms
    assert server.queries == round(server.rate_per_second * 30)
    assert server.bound_ms == 100.0
    assert server.seed == 9
    assert server.rates_tried >= 2


def test_a_wider_bound_allows_no_lower_rate():
    rates = [
        Laboratory().measure(with_plan(seconds=60.0, bound_ms=bound)).server.rate_per_second
        for bound in (15.0, 40.0, 400.0)
    ]
    assert rates == sorted(rates)
    assert rates[0] < rates[2]


def test_the_search_for_the_rate_takes_at_most_four_times_the_least_duration():
    laboratory = Laboratory()
    laboratory.measure(with_plan(seconds=60.0))
    offline, single = 60.0 + 0.1, 60.0 + 0.1
    assert laboratory.clock.now - offline - single <= 4 * 60.0 + 1


def test_where_no_rate_can_be_tried_in_the_time_there_is_none():
    server = Laboratory().measure(with_plan(seconds=0.1)).server
    assert server.rate_per_second is None
    assert server.rates_tried == 0
    assert server.queries == 0


def test_all_cores_are_measured_beside_one():
    laboratory = Laboratory()
    groups = []
    measured = laboratory.measure(
        with_plan(workers=3, threads=4, seconds=0.2), on_start=groups.append
    )
    found = [(one.scenario, one.workers, one.threads) for one in measured.results]
    assert found == [
        ("offline", 3, 1),
        ("offline", 1, 1),
        ("single_stream", 1, 4),
        ("single_stream", 1, 1),
    ]
    assert measured.results[2].latency_p50_ms == pytest.approx(11.0 / 4)
    assert measured.results[3].latency_p50_ms == pytest.approx(11.0)
    assert measured.infer_ms == pytest.approx(11.0)
    assert [runner.threads for runner in laboratory.runners] == [1, 1, 1, 4]
    assert laboratory.ended == 4
    assert sorted(groups) == [4001, 4002, 4003, 4004]
    assert [facts.load_seconds for facts in measured.facts] == [0.5, 0.5, 0.5, 2.0]


def test_a_stop_ends_the_measurement_and_its_children():
    laboratory = Laboratory()
    asked = []

    def should_stop():
        asked.append(None)
        return len(asked) > 5

    with pytest.raises(StoppedError):
        laboratory.measure(with_plan(workers=2), should_stop=should_stop)
    assert laboratory.ended == len(laboratory.runners)


def test_a_model_that_fails_ends_the_measurement():
    class Failing(SteadyRunner):
        def run(self, first, n, batches=1):
            if len(self.calls) == 10:
                raise LookupError("gone")
            super().run(first, n, batches)

    laboratory = Laboratory(Failing)
    with pytest.raises(LookupError, match="gone"):
        laboratory.measure(with_plan(workers=2))
    assert laboratory.ended == 2
