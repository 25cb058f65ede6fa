"""Streamed scores against all scores: exact where promised, one bin apart elsewhere."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import Bins
from evaluation.errors import EmptyTrialsError
from evaluation.metrics.counting import NonMatedScores
from evaluation.metrics.verification import (
    area_under_curve,
    equal_error_rate,
    false_match_rate,
    threshold_at_fmr,
)

BINS = Bins.for_scores(Similarity.COSINE, longest=1.0)


def make_streamed(scores, tail_size):
    return NonMatedScores.streamed(
        SimpleNamespace(
            tail_scores=np.sort(scores)[::-1][:tail_size],
            histogram=BINS.count(scores),
            bins=BINS,
        )
    )


def make_scores(seed, n=3000, *, steps=None):
    scores = np.clip(np.random.default_rng(seed).normal(0, 0.2, n), -1, 1)
    scores = scores if steps is None else np.round(scores * steps) / steps
    return scores.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("steps", [None, 100])
@pytest.mark.parametrize("tail_size", [1, 50, 1000, 3000, 9999])
def test_counts_are_exact_in_the_tail_and_at_every_edge(tail_size, steps):
    scores = make_scores(0, steps=steps)
    streamed = make_streamed(scores, tail_size)
    lowest_kept = streamed.kept[0]
    thresholds = np.concatenate(
        [
            scores[scores > lowest_kept],
            np.nextafter(scores[scores > lowest_kept], -2),
            BINS.edge(np.arange(0, 65536, 97)),
        ]
    )

    counts = streamed.n_at_or_above(thresholds)

    expected = [int(np.sum(scores >= threshold)) for threshold in thresholds]
    inside = np.array(
        [t > lowest_kept or t == BINS.edge(BINS.index(np.array([t])))[0] for t in thresholds]
    )
    assert counts[inside].tolist() == np.array(expected)[inside].tolist()
    assert inside.sum() > 600


def test_a_threshold_inside_a_bin_below_the_tail_never_understates_the_errors():
    scores = make_scores(1)
    streamed = make_streamed(scores, 10)
    thresholds = np.random.default_rng(1).uniform(-0.5, 0.3, 200)

    counts = streamed.n_at_or_above(thresholds)

    exact = np.array([np.sum(scores >= t) for t in thresholds])
    one_bin_lower = np.array([np.sum(scores >= t - BINS.width) for t in thresholds])
    assert np.all(counts >= exact)
    assert np.all(counts <= one_bin_lower)


def test_a_tie_with_the_lowest_kept_score_is_not_forgotten():
    scores = np.array([0.5, 0.25, 0.25, 0.25, 0.125])
    streamed = make_streamed(scores, 2)

    assert streamed.kept.tolist() == [0.25, 0.5]
    assert streamed.n_at_or_above(np.array([0.25])).tolist() == [4]
    assert streamed.is_exact(np.array([0.25, 0.26])).tolist() == [False, True]


@pytest.mark.parametrize("tail_size", [1, 2, 30, 700])
def test_every_step_has_an_exact_count(tail_size):
    scores = make_scores(7, 700) / 100  # several scores in each bin
    streamed = make_streamed(scores, tail_size)

    steps = streamed.steps()

    assert streamed.n_at_or_above(steps).tolist() == [int(np.sum(scores >= t)) for t in steps]
    assert np.all(np.diff(steps) > 0)


@pytest.mark.parametrize("steps", [None, 40])
@pytest.mark.parametrize("max_fmr", [0.0, 1e-3, 0.01, 0.0333, 0.1, 0.5])
@pytest.mark.parametrize("tail_size", [1, 20, 100, 400])
def test_threshold_is_the_lowest_from_the_tail_or_the_lowest_edge(tail_size, max_fmr, steps):
    scores = make_scores(2, steps=steps)
    streamed = make_streamed(scores, tail_size)

    threshold = threshold_at_fmr(streamed, max_fmr=max_fmr)

    assert np.mean(scores >= threshold) <= max_fmr
    assert false_match_rate(streamed, threshold=threshold) == np.mean(scores >= threshold)
    if max_fmr * scores.size < tail_size:
        assert threshold == threshold_at_fmr(scores, max_fmr=max_fmr)
    else:
        k = int(BINS.index(np.array([threshold]))[0])
        assert threshold == BINS.edge(k)
        assert np.mean(scores >= BINS.edge(k - 1)) > max_fmr


def test_a_tail_that_holds_everything_makes_streamed_scores_exact():
    scores, mated = make_scores(3, 500), make_scores(4, 60) + 0.3
    streamed = make_streamed(scores, 500)

    assert streamed.bins is None
    assert equal_error_rate(mated, streamed) == equal_error_rate(mated, scores)
    assert area_under_curve(mated, streamed) == area_under_curve(mated, scores)


@pytest.mark.parametrize("tail_size", [1, 30, 2000])
def test_secondary_figures_are_within_a_bin_of_exact(tail_size):
    scores, mated = make_scores(5), make_scores(6, 300) + 0.4
    streamed = make_streamed(scores, tail_size)

    exact, near = equal_error_rate(mated, scores), equal_error_rate(mated, streamed)
    assert near.rate == pytest.approx(exact.rate, abs=1e-3)
    assert near.threshold == pytest.approx(exact.threshold, abs=5e-3)
    assert area_under_curve(mated, streamed) == pytest.approx(
        area_under_curve(mated, scores), abs=1e-4
    )


def test_no_completed_comparison_is_refused():
    with pytest.raises(EmptyTrialsError, match="no non-mated comparisons"):
        make_streamed(np.array([]), 10)
