"""Oracle: crops that an independent program made from the same photographs."""

import csv

import numpy as np
import pytest

from evaluation.imaging.align import ARCFACE_TEMPLATE, align_face
from evaluation.imaging.decode import decode_image

pytestmark = pytest.mark.real


def test_photographs_align_to_the_published_crops_but_for_jpeg_noise(real_dir):
    folder = real_dir / "data" / "lfw_view1_test"
    with (folder / "landmarks.csv").open() as stream:
        rows = list(csv.DictReader(stream))[::97]
    assert len(rows) > 10
    for row in rows:
        landmarks = np.array([[float(row[f"{axis}{k}"]) for axis in "xy"] for k in range(5)])
        photograph = decode_image((folder / "images" / row["image"]).read_bytes())
        crop = align_face(photograph, landmarks, template=ARCFACE_TEMPLATE, width=112, height=112)
        published = decode_image((folder / "aligned" / row["image"]).read_bytes())
        difference = np.abs(crop.astype(int) - published).mean()
        assert difference < 2.5, f"{row['image']}: {difference}"
        # A crop that is one pixel off is already much farther away.
        shifted = np.roll(crop, 1, axis=1)
        assert np.abs(shifted.astype(int) - published).mean() > 1.5 * difference
