"""InsightFace .bin files: trials, inferred subjects, and every contradiction."""

import os
import pickle

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import import_set, insightface_bin, read_insightface_bin


@pytest.fixture
def bring(tmp_path, details):
    def make(content, **options):
        path = tmp_path / "lfw.bin"
        path.write_bytes(content if isinstance(content, bytes) else pickle.dumps(content, 2))
        return import_set(
            lambda: read_insightface_bin(path, **options), tmp_path / "set", details("aligned")
        )

    return make


def test_trials_are_neighbours_and_equal_bytes_are_one_sample(bring, crop):
    images = [crop(i) for i in (0, 1, 0, 2, 1, 3, 4, 5)]
    test_set = bring((images, [True, False, True, False]), folds=2)
    assert [sample.sample[-1] for sample in test_set.samples] == ["0", "1", "3", "5", "6", "7"]
    pairs = test_set.protocol("pairs")
    assert pairs.reference.tolist() == [0, 0, 1, 4]
    assert pairs.probe.tolist() == [1, 2, 3, 5]
    assert pairs.mated.tolist() == [True, False, True, False]
    assert pairs.fold.tolist() == [0, 0, 1, 1]
    # 0-1 and 1-3 are mated, so 0, 1 and 5 (the fourth picture) are one person.
    assert test_set.subject_index.tolist() == [0, 0, 1, 0, 2, 3]
    assert not test_set.manifest.subjects_known
    assert [test_set.read_image(i) for i in (0, 3)] == [crop(0), crop(3)]


def test_a_numpy_array_of_truth_values_is_admitted(bring, crop):
    test_set = bring(([crop(0), crop(1)], np.array([True])), folds=None)
    assert test_set.protocol("pairs").mated.tolist() == [True]
    assert test_set.protocol("pairs").fold is None


def test_folds_are_contiguous_and_of_nearly_equal_size(bring, crop):
    test_set = bring(([crop(i) for i in range(14)], [True] * 7), folds=3)
    assert test_set.protocol("pairs").fold.tolist() == [0, 0, 0, 1, 1, 2, 2]


class Runs:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


def test_a_malicious_pickle_is_refused_and_runs_nothing(bring, crop, tmp_path):
    marker = tmp_path / "marker"
    with pytest.raises(TestSetError, match=r"lfw.bin: the pickle would load 'posix.system'"):
        bring(([crop(0), crop(1)], [True], Runs(marker)))
    assert not marker.exists()
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no pickle", "the pickle is damaged"),
        ([b"a", b"b"], "the pickle's first part is no list of image files"),
        (b"".join([b"\x80\x02", b"."]), "the pickle is damaged"),
        (pickle.dumps(True), "the pickle is no list or tuple"),
        (([b"a", b"b"], [True], []), "the pickle is no pair"),
        (([b"a", "b"], [True]), "the pickle's first part is no list of image files"),
        (([b"a", b"b"], [1]), "the pickle's second part is no list of truth values"),
        (([b"a", b"b"], True), "the pickle's second part is no list of truth values"),
        (([b"a", b"b", b"c"], [True]), "3 images do not make 1 trials of two"),
        (([], []), "0 images do not make 0 trials"),
        (([b"a", b"a"], [True]), "trial 0: both images are the same file"),
        (([b"a", b"b"], [True]), "sample 'image-0000000': the image cannot be decoded"),
        (([b"a", b"b", b"b", b"a"], [True, False]), "trial 1 is non-mated, but mated trials"),
    ],
)
def test_another_content_is_refused(bring, content, message):
    with pytest.raises(TestSetError) as caught:
        bring(content, folds=None)
    assert message in caught.value.message


def test_more_folds_than_trials_are_refused(bring, crop):
    with pytest.raises(TestSetError, match="1 trials cannot be cut into 10 folds"):
        bring(([crop(0), crop(1)], [True]))


def test_sizes_are_bounded(bring, crop, monkeypatch):
    content = ([crop(0), crop(1)], [True])
    monkeypatch.setattr(insightface_bin, "MAX_IMAGE_BYTES", 10)
    with pytest.raises(TestSetError, match="an image is larger than 10 bytes"):
        bring(content, folds=None)
    monkeypatch.setattr(insightface_bin, "MAX_BIN_BYTES", 10)
    with pytest.raises(TestSetError, match="the file is larger than 10 bytes"):
        bring(content, folds=None)
    monkeypatch.setattr(insightface_bin, "MAX_BIN_BYTES", 10_000)
    monkeypatch.setattr(insightface_bin, "MAX_TRIALS", 0)
    with pytest.raises(TestSetError, match="do not make 1 trials"):
        bring(content, folds=None)
