"""Unit length, computed in double precision and stored in single."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, Float32Array, FloatArray


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


def normalise(embeddings: Float32Array | FloatArray) -> Float32Array:
    """Scale each row to unit length; computed in float64, returned as float32.

    Parameters
    ----------
    embeddings : ndarray of float32 or float64, shape (n, dim)

    Returns
    -------
    ndarray of float32, shape (n, dim)
        Rows of length 1 to single precision; rows of zeros stay zero.
    """
    return unit_rows(embeddings).astype(np.float32)
