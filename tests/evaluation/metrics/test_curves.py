import itertools

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores
from evaluation.metrics.counting import NonMatedScores
from evaluation.metrics.curves import curve_thresholds, histogram_of_pairs


def make_scores(n, seed=0):
    return np.random.default_rng(seed).normal(0, 0.2, n)


def test_curve_reaches_from_the_smallest_printable_fmr_to_nearly_one():
    scores = make_scores(100_000)

    thresholds = curve_thresholds(NonMatedScores.of(scores))

    fmr = [float(np.mean(scores >= t)) for t in thresholds]
    assert fmr[0] == 1 - 1e-5
    assert fmr[-1] == 3e-5
    assert 150 <= thresholds.size <= 200
    assert np.all(np.diff(thresholds) > 0)
    assert np.all(np.diff(fmr) < 0)


def test_curve_points_lie_evenly_on_a_logarithmic_axis():
    scores = make_scores(1_000_000)

    thresholds = curve_thresholds(NonMatedScores.of(scores))

    fmr = np.array([np.mean(scores >= t) for t in thresholds[::-1]])
    steps = np.diff(np.log10(fmr))[fmr[1:] > 1e-4]
    assert steps.max() < 0.05


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_curve_of_very_few_comparisons_has_a_point(n):
    thresholds = curve_thresholds(NonMatedScores.of(np.arange(n) / 10))

    assert 1 <= thresholds.size <= n


def test_curve_of_ties_has_each_threshold_once():
    thresholds = curve_thresholds(NonMatedScores.of(np.repeat([0.1, 0.2, 0.3], 100)))

    assert thresholds.tolist() == [np.nextafter(s, 1) for s in (0.1, 0.2, 0.3)]


@pytest.mark.parametrize("similarity", list(Similarity))
def test_histogram_counts_each_completed_comparison_in_its_bin(similarity):
    rng = np.random.default_rng(2)
    scores = rng.uniform(-0.9, 0.0 if similarity is Similarity.NEGATIVE_EUCLIDEAN else 0.9, 500)
    completed, mated = rng.random(500) < 0.9, rng.random(500) < 0.4
    scores[~completed] = 0.0

    histogram = histogram_of_pairs(PairScores(scores, completed), mated, similarity)

    edges = np.array(histogram.edges)
    for counts, which in ((histogram.mated, mated), (histogram.non_mated, ~mated)):
        chosen = scores[which & completed]
        expected = [
            np.sum((chosen >= low) & (chosen < high)) for low, high in itertools.pairwise(edges)
        ]
        assert list(counts) == expected
        assert sum(counts) == chosen.size
    assert len(edges) <= 102


def test_histogram_of_one_score_has_one_bin():
    scored = PairScores(np.full(5, 1.0), np.ones(5, bool))

    histogram = histogram_of_pairs(scored, np.arange(5) < 2, Similarity.COSINE)

    assert (histogram.mated, histogram.non_mated) == ((2,), (3,))
