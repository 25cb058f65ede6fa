"""The k best scores of each probe so far, picked by the compiled kernel: see kernel_native.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.kernel_native import KernelBest, address_of

if TYPE_CHECKING:
    import ctypes

    from evaluation.arrays import Float32Array
    from evaluation.comparison.search_best import Keys

_LEAST_MORE, _MOST_MORE = 16, 1024
"""Scores beside the k best that a probe has room for, before it lets go of the worst."""


class NativeBest:
    """The same interface and the same bits as NumpyBest.

    Parameters
    ----------
    kernel : CDLL
        From `native_kernel`.
    n_probes, k : int
    """

    def __init__(self, kernel: ctypes.CDLL, n_probes: int, k: int) -> None:
        room = k + _LEAST_MORE + min(2 * k, _MOST_MORE)
        self._kernel = kernel
        self._keys: Keys = np.empty((n_probes, room), dtype=np.uint64)
        self._sizes = np.zeros(n_probes, dtype=np.int64)
        self._lowest = np.full(n_probes, -np.inf, dtype=np.float32)
        self._described = KernelBest(
            address_of(self._keys), address_of(self._sizes), address_of(self._lowest), k, room
        )

    def add(self, scores: Float32Array, left: int) -> None:
        """Take in scores of all probes against the references from place ``left`` on.

        Places ascend from call to call, so of equal scores the earlier one stays.
        """
        if scores.dtype != np.float32 or scores.shape[0] != self._sizes.size:
            raise ValueError(f"scores {scores.shape} of {scores.dtype} are not those of the probes")
        self._kernel.pick_best(address_of(scores), *scores.shape, left, self._described)

    def leave(self) -> Keys:
        """Return the k best of each probe, in any order; 0 where there are fewer."""
        self._kernel.leave_best(self._described, self._sizes.size)
        return self._keys[:, : self._described.k].copy()  # the room beside them is not kept
