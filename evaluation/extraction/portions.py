"""Several batches side by side in the memory of one child, each whole and none longer for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLES_AT_ONCE = 64
BYTES_AT_ONCE = 16 << 20
"""What is written should still lie in the processor's cache when the model reads it."""
_BYTES_PER_NUMBER = 4


def batches_at_once(shape: Sequence[int], batch_size: int) -> int:
    """Bound the batches that a worker prepares before its model runs, by the memory they take.

    Parameters
    ----------
    shape : sequence of int
        Of the tensors of one sample.
    batch_size : int

    Returns
    -------
    int
        At least 1.
    """
    sample_bytes = _BYTES_PER_NUMBER * math.prod(shape)
    return max(1, min(SAMPLES_AT_ONCE, BYTES_AT_ONCE // sample_bytes) // batch_size)


def read_batches(
    batches: Sequence[Sequence[int]], read: Callable[[int, int], str]
) -> tuple[list[list[str]], list[slice]]:
    """Read the samples of some batches to places without gaps.

    Parameters
    ----------
    batches : sequence of sequence of int
        Samples of each batch.
    read : callable
        Reads a sample to a place; returns '' or why it could not, and the place stays free.

    Returns
    -------
    reasons : list of list of str
        Of each batch, '' or why, in the order of its samples.
    spans : list of slice
        Places of each batch.
    """
    reasons: list[list[str]] = []
    spans = []
    place = 0
    for batch in batches:
        first, of_batch = place, []
        for index in batch:
            of_batch.append(read(index, place))
            place += not of_batch[-1]
        reasons.append(of_batch)
        spans.append(slice(first, place))
    return reasons, spans
