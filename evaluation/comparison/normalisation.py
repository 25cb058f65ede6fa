"""Unit length, computed in double precision and stored in single."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from evaluation.comparison.threads import share_out

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Float32Array, FloatArray, IntArray

_BLOCK = 1 << 16
"""Numbers at a time, so that they stay in cache: 512 KiB."""


class HasTemplates(Protocol):
    """What a comparison reads of extracted templates."""

    @property
    def embeddings(self) -> Float32Array:
        """float32, shape (n_samples, dim), as the model gave them; zeros where failed."""

    @property
    def failed(self) -> BoolArray:
        """bool, shape (n_samples,): the sample yielded no template."""


def unit_rows(embeddings: Float32Array | FloatArray) -> FloatArray:
    """Scale each row to unit length in double precision.

    A row of zeros stays zero: it belongs to a sample without a template and is never
    compared.

    Parameters
    ----------
    embeddings : ndarray of float32 or float64, shape (n, dim)

    Returns
    -------
    ndarray of float64, shape (n, dim)
    """
    rows: FloatArray = np.array(embeddings, dtype=np.float64)
    # The largest element goes first, so that no square overflows or vanishes.
    largest = np.max(np.abs(rows), axis=1, keepdims=True, initial=0.0)
    rows /= np.where(largest > 0, largest, 1.0)
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    rows /= np.where(length > 0, length, 1.0)
    return rows


def normalise(
    embeddings: Float32Array | FloatArray, rows: IntArray | None = None, *, threads: int = 1
) -> Float32Array:
    """Scale each row to unit length; computed in float64, returned as float32.

    The memory needed is that of the result, and little beside it.

    Parameters
    ----------
    embeddings : ndarray of float32 or float64, shape (n, dim)
    rows : ndarray of int64, shape (m,), optional
        Which rows, in this order; all of them by default.
    threads : int
        Does not show in the outcome.

    Returns
    -------
    ndarray of float32, shape (n, dim) or (m, dim)
        Rows of length 1 to single precision; rows of zeros stay zero.
    """
    n = embeddings.shape[0] if rows is None else rows.size
    scaled: Float32Array = np.empty((n, embeddings.shape[1]), dtype=np.float32)
    size = max(1, _BLOCK // max(1, embeddings.shape[1]))

    def scale(start: int) -> None:
        block = slice(start, start + size)
        scaled[block] = unit_rows(embeddings[block if rows is None else rows[block]])

    share_out(scale, range(0, n, size), threads=threads)
    return scaled
