"""The points of a DET chart, and score histograms for a chart of both distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison import Bins
from evaluation.comparison.binning import N_BINS
from evaluation.results import ScoreHistogram

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.card import Similarity
    from evaluation.comparison import AllPairsPart, PairScores
    from evaluation.metrics.counting import NonMatedScores

CURVE_POINTS = 200
HISTOGRAM_BINS = 100
_CHUNK = 1 << 20  # scores at a time, so that memory does not grow with their number


def curve_thresholds(non_mated: NonMatedScores, *, points: int = CURVE_POINTS) -> FloatArray:
    """Thresholds whose FMR fall evenly on a logarithmic axis, from 3/n upwards.

    Parameters
    ----------
    non_mated : NonMatedScores
    points : int
        At most so many thresholds; fewer where the FMR takes fewer values.

    Returns
    -------
    ndarray of float64, shape (at most points,)
        Ascending. The least FMR aimed at is the smallest printable, 3/n.
    """
    fewest = min(3, non_mated.n - 1)
    most = non_mated.n - 1
    if most <= fewest:
        return np.array([non_mated.lowest_threshold(most)])
    aims = np.unique(np.geomspace(max(fewest, 1), most, points).astype(np.int64))
    return np.unique([non_mated.lowest_threshold(int(aim)) for aim in aims])


def histogram_of_pairs(
    comparisons: PairScores, mated: BoolArray, similarity: Similarity
) -> ScoreHistogram:
    """Histogram of listed pairs; ``mated`` has shape (n_pairs,)."""
    scores, made = comparisons.scores, comparisons.completed
    longest = max(float(np.max(scores, initial=0.0)), -float(np.min(scores, initial=0.0))) / 2
    bins = Bins.for_scores(similarity, longest=longest)
    of_mated, of_all = np.zeros((2, N_BINS), dtype=np.int64)
    for start in range(0, scores.size, _CHUNK):
        rows = slice(start, start + _CHUNK)
        of_mated += bins.count(scores[rows][made[rows] & mated[rows]])
        of_all += bins.count(scores[rows][made[rows]])
    return _coarse(bins, of_mated, of_all - of_mated)


def histogram_of_all_pairs(part: AllPairsPart) -> ScoreHistogram:
    """Histogram of merged all-pairs comparisons."""
    return _coarse(part.bins, part.bins.count(part.mated_scores), part.histogram)


def _coarse(bins: Bins, mated: IntArray, non_mated: IntArray) -> ScoreHistogram:
    """Put neighbouring bins together to about a hundred that span all scores."""
    occupied = np.flatnonzero(mated + non_mated)
    first, last = int(occupied[0]), int(occupied[-1])
    step = max(1, -(-(last + 1 - first) // HISTOGRAM_BINS))
    starts = np.arange(first, last + 1, step)
    ends = np.minimum(starts[-1:] + step, N_BINS)
    return ScoreHistogram(
        edges=tuple(bins.edge(np.concatenate([starts, ends])).tolist()),
        mated=tuple(np.add.reduceat(mated, starts).tolist()),
        non_mated=tuple(np.add.reduceat(non_mated, starts).tolist()),
    )
