"""Crops whose colour tells their number."""

import numpy as np
import pytest


@pytest.fixture
def plain(make_test_set, png):
    """One hundred crops; the colour of number i is (i, 2 * i, 7)."""
    images = [png(np.full((112, 112, 3), (i, 2 * i, 7), np.uint8)) for i in range(100)]
    return make_test_set(images=images)
