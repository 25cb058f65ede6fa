"""Oracles: a clock that the model itself moves, and percentiles counted by hand."""

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.throughput import measure_throughput
from evaluation.throughput.latency import percentile


def card(**more):
    return parse_card(
        {
            "name": "m",
            "task": "embedding",
            "input": {"height": 112, "width": 112},
            "output": {"dim": 4},
            **more,
        }
    )


class SteadyModel:
    """Takes 10 ms a call and 1 ms a sample on its own clock."""

    dim = 4

    def __init__(self):
        self.now, self.calls = 0.0, []

    def clock(self):
        return self.now

    def embed(self, tensors):
        self.calls.append(len(tensors))
        self.now += 0.010 + 0.001 * len(tensors)
        return np.ones((len(tensors), 4), np.float32)


def measure(model, test_set, model_card=None, **options):
    return measure_throughput(model, model_card or card(), test_set, clock=model.clock, **options)


def test_offline_counts_samples_over_the_time_that_the_model_took(make_test_set):
    offline, _ = measure(SteadyModel(), make_test_set(8), batch_size=16, min_seconds=1.0)
    assert offline.scenario == "offline"
    assert offline.samples_per_second == pytest.approx(16 / 0.026)
    assert offline.seconds >= 1.0
    assert offline.samples == 16 * round(offline.seconds / 0.026)


def test_single_stream_gives_the_latency_of_one_sample_in_milliseconds(make_test_set):
    _, single = measure(SteadyModel(), make_test_set(8), min_seconds=0.1)
    assert single.scenario == "single_stream"
    assert single.samples == 100, "at least a hundred queries, however short the time"
    for value in (single.latency_p50_ms, single.latency_p90_ms, single.latency_p99_ms):
        assert value == pytest.approx(11.0)


def test_the_warm_up_is_not_part_of_the_figures(make_test_set):
    class SlowToStart(SteadyModel):
        def embed(self, tensors):
            first = len(self.calls) == 0 or (self.calls.count(1) < 5 and len(tensors) == 1)
            self.now += 5.0 if first else 0.0
            return super().embed(tensors)

    offline, single = measure(SlowToStart(), make_test_set(8), min_seconds=0.5)
    assert offline.samples_per_second == pytest.approx(16 / 0.026)
    assert single.latency_p99_ms == pytest.approx(11.0)


def test_a_slow_model_ends_at_the_longest_time_and_shows_no_percentile_of_few(make_test_set):
    class Slow(SteadyModel):
        def embed(self, tensors):
            self.now += 1.0
            return super().embed(tensors)

    _, single = measure(Slow(), make_test_set(8), min_seconds=0.1, max_seconds=20.0)
    assert single.samples == 20
    assert single.latency_p50_ms == pytest.approx(1011.0)
    assert single.latency_p90_ms == pytest.approx(1011.0)
    assert single.latency_p99_ms is None


def test_a_mirrored_copy_doubles_the_calls_and_counts_as_one_sample(make_test_set):
    _, single = measure(SteadyModel(), make_test_set(8), card(mirror=True), min_seconds=0.1)
    assert single.latency_p50_ms == pytest.approx(22.0)


def test_without_a_usable_sample_nothing_is_measured(make_test_set):
    assert measure(SteadyModel(), make_test_set(4, broken=range(4))) == []


def test_a_percentile_is_an_observed_value_at_its_nearest_rank():
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 0.9) == 90.0
    assert percentile(values, 0.99) == 99.0


@pytest.mark.parametrize(("n", "share"), [(1, 0.5), (9, 0.9), (99, 0.99)])
def test_a_percentile_of_too_few_is_not_given(n, share):
    assert percentile([1.0] * n, share) is None
    assert percentile([1.0] * (n + 1), share) == 1.0
