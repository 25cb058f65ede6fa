"""Oracles: counts by plain loops, and doubling worked by hand."""

import numpy as np
import pytest

from evaluation.metrics.robustness import DegradedTrials, robustness_result
from evaluation.results import Evidence

CONDITIONS = (("blur", (4.0, 8.0)), ("noise", (16.0,)))


def trials(missed_by_variant, *, per_subject=4, non_mated=1000, false_matches=None):
    """One threshold; each variant misses that many trials, spread evenly over the people."""
    n = 100
    missed = np.zeros((len(missed_by_variant), 1, n), dtype=np.bool_)
    order = np.random.default_rng(1).permutation(n)
    for row, count in enumerate(missed_by_variant):
        missed[row, 0, order[:count]] = True
    return DegradedTrials(
        subjects=np.repeat(np.arange(n // per_subject) * 3, per_subject),
        missed=missed,
        failures=np.zeros(len(missed_by_variant), dtype=np.int64),
        false_matches=np.array(false_matches or [[1]] * len(missed_by_variant)),
        non_mated=np.full(len(missed_by_variant), non_mated),
        n_people=25,
    )


def measure(given, **changes):
    arguments = {
        "protocol": "worse",
        "title": "Worse images",
        "base": "pairs",
        "conditions": CONDITIONS,
        "targets": [(1e-3, 0.5)],
        "trials": given,
        "replicates": 200,
        "seed": 1,
    }
    return robustness_result(**(arguments | changes))


def test_every_step_carries_its_own_counts_in_the_order_of_the_variants():
    point = measure(trials([5, 7, 20, 50], false_matches=[[1], [2], [3], [4]])).points[0]
    assert (point.clean_fnmr.errors, point.clean_fnmr.trials) == (5, 100)
    found = [
        (one.condition, step.step, step.fnmr.errors, step.fmr.errors)
        for one in point.conditions
        for step in one.steps
    ]
    assert found == [("blur", 4.0, 7, 2), ("blur", 8.0, 20, 3), ("noise", 16.0, 50, 4)]
    assert point.evidence is Evidence.NOT_ENOUGH  # 1e-3 of 1,000 comparisons is one error


def test_fnmr_doubles_at_the_first_step_that_reaches_twice_the_clean_rate():
    blur, noise = measure(trials([10, 20, 60, 19])).points[0].conditions
    assert (blur.doubles_at, noise.doubles_at) == (4.0, None)


def test_a_doubling_is_beyond_doubt_only_where_its_interval_says_so():
    blur, noise = measure(trials([10, 20, 60, 19])).points[0].conditions
    assert (blur.surely_doubles_at, noise.surely_doubles_at) == (8.0, None)


def test_without_a_clean_error_twice_the_rule_of_three_counts_as_doubled():
    point = measure(trials([0, 5, 6, 60])).points[0]
    assert point.doubled == pytest.approx(2 * 3 / 100)
    assert [one.doubles_at for one in point.conditions] == [8.0, 16.0]
    assert point.conditions[1].surely_doubles_at == 16.0


def test_the_same_images_are_never_called_worse():
    for one in measure(trials([10, 10, 10, 10])).points[0].conditions:
        assert (one.doubles_at, one.surely_doubles_at) == (None, None)


def test_the_excess_is_drawn_from_the_same_people_as_the_clean_rate():
    # Twice the same people are missed: in every replicate the difference is exactly 0.
    n = 40
    missed = np.zeros((3, 1, n), dtype=np.bool_)
    missed[0, 0, ::4] = True
    missed[1, 0, ::4] = missed[1, 0, 1::4] = True
    given = DegradedTrials(
        subjects=np.repeat(np.arange(10), 4),
        missed=missed,
        failures=np.zeros(3, dtype=np.int64),
        false_matches=np.zeros((3, 1), dtype=np.int64),
        non_mated=np.full(3, 100),
        n_people=10,
    )
    blur = measure(given, conditions=(("blur", (1.0, 2.0)),)).points[0].conditions[0]
    assert blur.steps[0].excess_low == pytest.approx(0, abs=1e-12)
    assert blur.doubles_at == 1.0
    assert blur.surely_doubles_at is None


def test_one_subject_says_nothing_about_other_people():
    point = measure(trials([10, 20, 60, 19], per_subject=100)).points[0]
    assert point.clean_fnmr.evidence is Evidence.NOT_ENOUGH
    assert [one.surely_doubles_at for one in point.conditions] == [None, None]


def test_the_same_seed_gives_the_same_bits():
    assert measure(trials([5, 7, 20, 50])) == measure(trials([5, 7, 20, 50]))
