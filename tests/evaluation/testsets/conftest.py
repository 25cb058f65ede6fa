"""Tiny images, and a package of six made-up crops of three subjects."""

import numpy as np
import pytest

from evaluation.testsets import ImageKind, NewAllPairs, NewPairs, NewSample, write_test_set
from evaluation.testsets.importers import SetDetails


@pytest.fixture
def crop(png):
    """Encode a 112x112 crop of one colour that no other number gets."""

    def make(number=0, size=112):
        return png(np.full((size, size, 3), (number % 256, number // 256, 7), dtype=np.uint8))

    return make


@pytest.fixture
def details():
    """Details of an aligned or photograph set."""

    def make(kind="photograph"):
        return SetDetails(name="made-up", title="Made up", image_kind=ImageKind(kind))

    return make


@pytest.fixture
def write(tmp_path, crop):
    """Write a package of six crops of three subjects; everything can be overridden."""

    def make(destination=tmp_path / "set", **overrides):
        fields = {
            "name": "made-up",
            "title": "Made up",
            "image_kind": ImageKind.ALIGNED,
            "samples": [NewSample(f"s{i}", crop(i), ".png", f"p{i // 2}") for i in range(6)],
            "protocols": [
                NewPairs("pairs", "Pairs", [("s0", "s1", True, 0), ("s0", "s2", False, 1)]),
                NewAllPairs("all_pairs", "All pairs"),
            ],
        }
        return write_test_set(destination, **{**fields, **overrides})

    return make
