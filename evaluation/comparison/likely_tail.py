"""From where on scores will probably be among the highest, before any is counted.

Without a guess, the first millions of scores would all be kept, and let go of later.
A guess that proves too high is made good by counting once more, so it is a cautious one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.search_scores import Vectors, score_tile

if TYPE_CHECKING:
    from evaluation.arrays import IntArray
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order

SAMPLED_ROWS = 512
SAMPLED_COLUMNS = 2048
WORTHWHILE = 1 << 24
"""So many comparisons that looking at a million of them first takes no time."""


def likely_bound(vectors: Vectors, order: Order, bins: Bins, rows: range, tail_size: int) -> int:
    """Slot such that the highest ``tail_size`` non-mated scores probably lie in it or above.

    Slot k + 1 is that of bin k; the lowest is 1. Samples are taken at even distances in
    the order of comparison, so every group has its share.
    """
    n = order.samples.size
    n_pairs = len(rows) * (2 * n - 1 - rows.start - rows.stop) // 2
    if n_pairs < max(WORTHWHILE, 4 * tail_size):
        return 1
    row = _evenly(rows, SAMPLED_ROWS)
    column = _evenly(range(rows.start, n), SAMPLED_COLUMNS)
    different = order.subjects[row][:, None] != order.subjects[column]
    memory = np.empty(row.size * column.size, dtype=vectors.rows.dtype)
    scores = score_tile(_picked(vectors, column), _picked(vectors, row), memory)
    taken = scores[different & (column > row[:, None])]
    expected = 1.25 * tail_size / n_pairs * taken.size
    reaching = math.ceil(expected + 5.0 * math.sqrt(expected)) + 10
    if reaching >= taken.size:
        return 1
    lowest = np.partition(taken, taken.size - reaching)[taken.size - reaching :][:1]
    return int(bins.index(lowest)[0]) + 1


def _evenly(positions: range, n: int) -> IntArray:
    chosen = np.linspace(positions.start, positions.stop - 1, min(n, len(positions)))
    return chosen.astype(np.int64)


def _picked(vectors: Vectors, rows: IntArray) -> Vectors:
    squares = None if vectors.squares is None else vectors.squares[rows]
    return Vectors(vectors.rows[rows], squares)
