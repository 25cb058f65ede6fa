"""Oracles: powers without noise, and a search in plain Python."""

import numpy as np
import pytest

from evaluation.throughput.searching import (
    fit_power_law,
    measure_search,
)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def measure(cost, sizes=(1000, 4000, 16000), *, is_over=lambda: False, seen=None):
    """Measure a search that takes ``cost(n)`` seconds for a gallery of n."""
    clock = Clock()

    def search(gallery, probes, top):
        clock.now += cost(len(gallery))
        if seen is not None:
            seen.append((gallery, probes, top))

    return measure_search(
        search, dim=8, sizes=sizes, seconds=3.0, seed=5, clock=clock, is_over=is_over
    )


def test_the_power_law_of_the_times_is_found():
    found = measure(lambda n: 2e-6 * n**0.75)
    assert found.exponent == pytest.approx(0.75)
    assert found.scale_ms == pytest.approx(2e-3)
    assert [time.gallery_size for time in found.times] == [1000, 4000, 16000]
    for time in found.times:
        assert time.median_ms == pytest.approx(2e-3 * time.gallery_size**0.75)
        assert time.p90_ms == pytest.approx(time.median_ms)
        assert time.comparisons_per_second == pytest.approx(
            time.gallery_size / (time.median_ms / 1000)
        )
        assert time.searches * time.median_ms >= 1000, "a third of the three seconds each"


def test_least_squares_over_logarithms_evens_out_what_is_off():
    assert fit_power_law([1, 10, 100], [2, 20, 200]) == pytest.approx((1.0, 2.0))
    exponent, _ = fit_power_law([1, 10, 100], [2, 40, 200])
    assert exponent == pytest.approx(1.0), "the middle one has no lever"


@pytest.mark.parametrize("sizes", [[], [10], [10, 10]])
def test_no_law_is_fitted_to_fewer_than_two_sizes(sizes):
    assert fit_power_law(sizes, [1.0] * len(sizes)) == (None, None)


def test_templates_have_unit_length_and_come_from_the_seed():
    first, again = [], []
    measure(lambda _n: 0.5, sizes=(50,), seen=first)
    measure(lambda _n: 0.5, sizes=(50,), seen=again)
    gallery, probes, top = first[0]
    assert gallery.shape == (50, 8)
    assert gallery.dtype == np.float32
    assert np.linalg.norm(gallery, axis=1) == pytest.approx(1.0)
    assert probes.shape == (1, 8)
    assert top == 20
    assert np.array_equal(gallery, again[0][0])
    assert not np.array_equal(first[0][1], first[1][1]), "every search has another probe"


def test_a_gallery_smaller_than_the_list_of_candidates_is_searched_whole():
    seen = []
    measure(lambda _n: 0.5, sizes=(7,), seen=seen)
    assert seen[0][2] == 7


def test_a_stop_ends_each_size_after_a_search():
    found = measure(lambda _n: 0.001, is_over=lambda: True)
    assert [time.searches for time in found.times] == [1, 1, 1]
    assert found.times[0].p90_ms is None
