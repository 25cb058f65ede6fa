"""What keeps a package from being taken in, and what does not."""

import cv2
import numpy as np
import pytest

from evaluation.testsets import NewAllPairs, NewSample, write_test_set
from portal.core.errors import InvalidInputError
from portal.testsets.packages import verify_images


@pytest.fixture
def folder(tmp_path):
    """A package whose first two samples show one image under two subjects."""
    images = [
        cv2.imencode(".png", np.full((112, 112, 3), k, np.uint8))[1].tobytes() for k in (1, 2)
    ]
    samples = [
        NewSample(f"s{number}", images[number // 2], ".png", f"p{number % 2}")
        for number in range(3)
    ]
    return write_test_set(
        tmp_path / "tiny",
        name="tiny",
        title="Tiny set",
        image_kind="aligned",
        samples=samples,
        protocols=[NewAllPairs("all_pairs", "All pairs")],
    ).root


def test_a_doubtful_subject_keeps_no_package_out(folder):
    verify_images(folder)


def test_a_missing_image_does(folder):
    next(folder.rglob("*.png")).unlink()

    with pytest.raises(InvalidInputError, match="missing"):
        verify_images(folder)
