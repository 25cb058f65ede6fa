"""Oracles: definitions counted in plain Python, and searches worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.identification import (
    NOBODY,
    false_negative_identification_rate,
    false_positive_identification_rate,
    threshold_at_fpir,
)

TOPS = np.array([0.9, 0.5, 0.5, 0.2, -math.inf])


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.91, 0.0), (0.9, 0.2), (0.5, 0.6), (0.2, 0.8), (-5.0, 0.8), (NOBODY, 0.8)],
)
def test_a_search_counts_where_its_best_candidate_is_at_or_above_the_threshold(threshold, expected):
    assert false_positive_identification_rate(TOPS, threshold=threshold) == expected


@pytest.mark.parametrize(
    ("rank", "threshold", "missed"),
    [
        (1, NOBODY, 3),  # ranks 2 and 3, and nobody
        (2, NOBODY, 2),
        (3, NOBODY, 1),  # a mate without template is never found, whatever its rank says
        (3, 0.5, 2),
        (3, 0.4, 1),
        (1, 0.8, 4),
    ],
)
def test_a_mate_is_missed_behind_the_list_or_below_the_threshold(rank, threshold, missed):
    scores, ranks = np.array([0.8, 0.5, 0.6, 0.4, -math.inf]), np.array([1, 2, 3, 1, 1])

    found = false_negative_identification_rate(scores, ranks, rank=rank, threshold=threshold)

    assert found == missed / 5


def test_the_threshold_lies_just_above_the_highest_score_that_must_be_rejected():
    assert threshold_at_fpir(TOPS, max_fpir=0.0) == math.nextafter(0.9, 1)
    assert threshold_at_fpir(TOPS, max_fpir=0.2) == math.nextafter(0.5, 1)
    assert threshold_at_fpir(TOPS, max_fpir=0.5999) == math.nextafter(0.5, 1)  # the tie goes whole
    assert threshold_at_fpir(TOPS, max_fpir=0.6) == math.nextafter(0.2, 1)


def test_the_threshold_is_never_below_the_lowest_candidate():
    assert threshold_at_fpir(TOPS, max_fpir=0.9) == 0.2


@given(
    scores=st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30),
    failed=st.integers(0, 5),
    target=st.floats(0, 0.99),
)
def test_the_threshold_is_the_lowest_that_meets_the_target(scores, failed, target):
    tops = np.array(scores + [-math.inf] * failed)

    threshold = threshold_at_fpir(tops, max_fpir=target)

    def fpir(t):
        return sum(top >= t for top in tops.tolist()) / len(tops)

    assert fpir(threshold) <= target
    lower = math.nextafter(threshold, -math.inf)
    assert fpir(lower) > target or lower < min(scores)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_score_that_is_no_number_is_refused(bad):
    with pytest.raises(NonFiniteScoreError, match="score of a non-mated search is not a finite"):
        false_positive_identification_rate(np.array([0.1, bad]), threshold=0.0)
    with pytest.raises(NonFiniteScoreError, match="score of a non-mated search is not a finite"):
        threshold_at_fpir(np.array([0.1, bad]), max_fpir=0.1)
    with pytest.raises(NonFiniteScoreError, match="score of a mated search is not a finite"):
        false_negative_identification_rate(np.array([bad]), np.array([1]), rank=1)


def test_no_searches_have_no_rate():
    none = np.empty(0)
    with pytest.raises(EmptyTrialsError, match="no non-mated searches"):
        false_positive_identification_rate(none, threshold=0.0)
    with pytest.raises(EmptyTrialsError, match="no mated searches"):
        false_negative_identification_rate(none, none.astype(int), rank=1)
    with pytest.raises(EmptyTrialsError, match="returns a candidate at any threshold"):
        threshold_at_fpir(np.array([-math.inf]), max_fpir=0.1)


@pytest.mark.parametrize("target", [-0.1, 1.0, math.nan])
def test_a_target_outside_its_range_is_refused(target):
    with pytest.raises(ValueError, match="max_fpir must be in"):
        threshold_at_fpir(TOPS, max_fpir=target)
