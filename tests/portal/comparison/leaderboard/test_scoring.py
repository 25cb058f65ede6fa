"""Oracle: the weighted geometric mean worked out by hand, and every draw scored in a loop."""

import math

import numpy as np
import pytest

from portal.comparison.leaderboard.scoring import Costs, at_least_printable, normalised, score


def test_the_index_is_the_weighted_geometric_mean_of_the_ratios_to_the_best():
    misses = Costs(0.75, np.array([0.01, 0.02]))
    time = Costs(0.25, np.array([16.0, 1.0]))

    scores = score([misses, time])

    # The first is best in misses and 16 times as slow: 16 ** -0.25 is a half.
    # The second misses twice as much: 2 ** -0.75.
    assert scores.index.tolist() == pytest.approx([50.0, 100 * 2**-0.75])
    assert scores.first is None
    assert scores.ranks is None


def test_the_best_in_every_measure_has_100():
    costs = [Costs(0.5, np.array([1.0, 2.0])), Costs(0.5, np.array([3.0, 4.0]))]

    assert score(costs).index[0] == pytest.approx(100)


def test_a_third_model_changes_no_ratio_between_the_other_two():
    two = score([Costs(0.6, np.array([0.01, 0.03])), Costs(0.4, np.array([9.0, 2.0]))]).index
    more = [Costs(0.6, np.array([0.01, 0.03, 0.001])), Costs(0.4, np.array([9.0, 2.0, 0.5]))]
    three = score(more).index

    assert two[0] / two[1] == pytest.approx(three[0] / three[1])


def test_each_draw_is_scored_with_the_speed_that_was_measured():
    rng = np.random.default_rng(5)
    drawn = rng.integers(1, 9, size=(200, 4)) / 100
    speeds = np.array([1.0, 1.4, 0.8, 1.0])
    scores = score([Costs(0.7, drawn.mean(axis=0), drawn), Costs(0.3, speeds)])

    firsts, ranks = [0.0] * 4, [[] for _ in range(4)]
    for rates in drawn.tolist():
        totals = [0.7 * math.log(r) + 0.3 * math.log(s) for r, s in zip(rates, speeds, strict=True)]
        best = [k for k in range(4) if totals[k] == min(totals)]
        for k in range(4):
            ranks[k].append(1 + sum(other < totals[k] for other in totals))
            firsts[k] += (k in best) / len(best) / 200
    assert scores.first.tolist() == pytest.approx(firsts)
    for k in range(4):
        assert scores.ranks[k, 0] == sorted(ranks[k])[4]  # 2.5% of 200 is the fifth
    assert sum(firsts) == pytest.approx(1)


def test_a_rate_below_3_over_the_trials_counts_as_that():
    raised = at_least_printable(np.array([0.0, 0.001, 0.5]), np.array([1000.0, 1000.0, 2.0]))

    assert raised.tolist() == [0.003, 0.003, 1.0]


def test_weights_are_made_to_sum_to_one():
    assert normalised([40, 40, 20]) == [0.4, 0.4, 0.2]
    assert normalised([0, 0]) == [0.0, 0.0]
