import math

import numpy as np
import pytest

from evaluation.comparison import normalise


def test_rows_get_unit_length_in_single_precision():
    units = normalise(np.array([[3.0, 4.0], [0.0, -2.0]], dtype=np.float32))

    assert units.dtype == np.float32
    np.testing.assert_array_equal(units, np.array([[0.6, 0.8], [0.0, -1.0]], dtype=np.float32))


def test_a_row_of_zeros_stays_zero():
    units = normalise(np.zeros((2, 3), dtype=np.float32))

    np.testing.assert_array_equal(units, np.zeros((2, 3), dtype=np.float32))


@pytest.mark.parametrize("size", [1e-38, 1e-20, 1e20, 3e38])
def test_length_neither_overflows_nor_vanishes(size):
    units = normalise(np.array([[size, size]], dtype=np.float32))

    np.testing.assert_allclose(units, [[math.sqrt(0.5)] * 2], rtol=1e-6)


def test_the_embeddings_are_left_as_they_were():
    embeddings = np.array([[3.0, 4.0]], dtype=np.float64)

    normalise(embeddings)

    np.testing.assert_array_equal(embeddings, [[3.0, 4.0]])
