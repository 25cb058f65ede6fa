"""Oracle: exact arithmetic with fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import Bins
from evaluation.comparison.binning import N_BINS

COSINE = Bins.for_scores(Similarity.COSINE, longest=1.0)


def bin_by_definition(score, width, zero_bin):
    exact = math.floor(Fraction(float(score)) / Fraction(width)) + zero_bin
    return min(max(exact, 0), N_BINS - 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_score_lies_in_the_bin_whose_edges_enclose_it(dtype):
    rng = np.random.default_rng(0)
    edges = (rng.integers(-32768, 32768, 300) / 32768).astype(dtype)
    scores = np.concatenate(
        [
            edges,
            np.nextafter(edges, dtype(-2)),
            np.nextafter(edges, dtype(2)),
            rng.uniform(-1, 1, 300).astype(dtype),
            np.array([-1, -0.0, 0.0, 1], dtype=dtype),
        ]
    )

    bins = COSINE.index(scores)

    assert bins.tolist() == [bin_by_definition(score, 2**-15, 32768) for score in scores]


def test_scores_that_rounding_put_outside_the_range_go_to_the_outermost_bins():
    scores = np.array([-1.0000001, 1.0000001], dtype=np.float32)

    assert COSINE.index(scores).tolist() == [0, N_BINS - 1]


def test_counting_from_an_edge_agrees_with_comparing_with_the_edge():
    rng = np.random.default_rng(1)
    scores = (rng.integers(-40000, 40000, 5000) / 40000).astype(np.float32)
    counts = COSINE.count(scores)

    for k in (0, 1, 12345, 32768, 40000, 65535):
        assert counts[k:].sum() == np.sum(scores >= COSINE.edge(k))


@pytest.mark.parametrize("longest", [1e-3, 1.0, 27.5, 64.0, 1e4])
def test_euclidean_bins_reach_down_to_twice_the_longest_embedding(longest):
    bins = Bins.for_scores(Similarity.NEGATIVE_EUCLIDEAN, longest=longest)

    assert bins.edge(0) <= -2 * longest < bins.edge(0) / 2 + bins.width
    assert bins.index(np.array([0.0])).tolist() == [N_BINS - 1]
    assert bins.edge(N_BINS) == 0.0
