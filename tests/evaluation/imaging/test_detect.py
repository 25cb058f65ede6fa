"""Oracles: faces placed by hand and encoded into the detectors' formats cell by cell."""

import math

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import CardError
from evaluation.imaging.decoders import Candidates, Scene, decode_faces, suppress_overlaps
from evaluation.imaging.detect import Face, FaceDetector, choose_face

YUNET = parse_card(
    {
        "name": "yunet",
        "task": "detection",
        "decoder": "yunet",
        "nms": 0.3,
        "input": {"color": "BGR", "mean": [0, 0, 0], "scale": [1, 1, 1]},
    }
)
BOXES = parse_card(
    {
        "name": "boxes",
        "task": "detection",
        "decoder": "boxes01",
        "output_names": ["confidence", "corners"],
        "input": {
            "height": 240,
            "width": 320,
            "mean": [127, 127, 127],
            "scale": [0.0078125, 0.0078125, 0.0078125],
        },
    }
)


class FakeYunet:
    """Answers with faces given in px of its input: (score, x, y, w, h, ten coordinates)."""

    def __init__(self, *faces, stride=16):
        self.faces, self.stride, self.seen = faces, stride, None

    def raw(self, tensor):
        self.seen = tensor
        height, width = tensor.shape[2:]
        maps = {}
        for stride in (8, 16, 32):
            cells = (height // stride) * (width // stride)
            for name, channels in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
                maps[f"{name}_{stride}"] = np.zeros((1, cells, channels), np.float32)
        for score, x, y, w, h, *points in self.faces:
            self._put(maps, width, score, (x + w / 2, y + h / 2, w, h), points)
        return maps

    def _put(self, maps, width, score, box, points):
        s = self.stride
        column, row = int(box[0] // s), int(box[1] // s)
        cell = row * (width // s) + column
        maps[f"cls_{s}"][0, cell] = score
        maps[f"obj_{s}"][0, cell] = score
        maps[f"bbox_{s}"][0, cell] = (
            box[0] / s - column,
            box[1] / s - row,
            math.log(box[2] / s),
            math.log(box[3] / s),
        )
        for k in range(5):
            maps[f"kps_{s}"][0, cell, 2 * k] = points[2 * k] / s - column
            maps[f"kps_{s}"][0, cell, 2 * k + 1] = points[2 * k + 1] / s - row


POINTS = [110.0, 70.0, 140.0, 71.0, 125.0, 85.0, 112.0, 100.0, 138.0, 101.0]
FACE = (0.9, 100.0, 50.0, 50.0, 60.0, *POINTS)


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_yunet_boxes_and_landmarks_come_back_where_they_were_put(stride):
    model = FakeYunet(FACE, stride=stride)
    (face,) = FaceDetector(model, YUNET).detect(np.zeros((192, 224, 3), np.uint8))
    assert face.score == pytest.approx(0.9, abs=1e-6)
    assert face.box == pytest.approx((100, 50, 50, 60), abs=1e-4)
    assert face.landmarks.ravel() == pytest.approx(POINTS, abs=1e-4)


def test_landmarks_are_rounded_to_hundredths_of_a_pixel_as_tables_hold_them():
    points = [110.1234, 70.5678, *POINTS[2:]]
    model = FakeYunet((*FACE[:5], *points))
    (face,) = FaceDetector(model, YUNET).detect(np.zeros((192, 224, 3), np.uint8))
    assert face.landmarks[0].tolist() == [110.12, 70.57]


def test_the_detectors_input_is_padded_below_and_right_to_multiples_of_32():
    model = FakeYunet()
    image = np.full((250, 200, 3), (10, 20, 30), np.uint8)
    FaceDetector(model, YUNET).detect(image)
    assert model.seen.shape == (1, 3, 256, 224)
    assert model.seen[0, :, 249, 199].tolist() == [30, 20, 10], "BGR, as the card says"
    assert not model.seen[:, :, 250:].any()
    assert not model.seen[:, :, :, 200:].any()


def test_a_tight_crop_is_padded_by_half_and_doubled_and_its_landmarks_come_back():
    model = FakeYunet((0.9, 92 + 20, 112 + 40, 60, 80, *([92 + 40.0, 112 + 60.0] * 5)))
    (face,) = FaceDetector(model, YUNET).detect(np.full((112, 92, 3), 9, np.uint8))
    assert model.seen.shape == (1, 3, 448, 384)  # 2 * (112 + 2 * 56), 2 * (92 + 2 * 46) = 368
    assert not model.seen[0, :, :100].any(), "what was added is black"
    assert face.box == pytest.approx((10, 20, 30, 40), abs=1e-4)
    assert face.landmarks == pytest.approx(np.full((5, 2), (20, 30)), abs=1e-4)


def test_a_large_photograph_is_scaled_down_to_1280_and_its_landmarks_come_back():
    model = FakeYunet(FACE)
    (face,) = FaceDetector(model, YUNET).detect(np.zeros((1280, 2560, 3), np.uint8))
    assert model.seen.shape == (1, 3, 640, 1280)
    assert face.box == pytest.approx((200, 100, 100, 120), abs=1e-3)


def test_of_overlapping_candidates_the_best_stays():
    shifted = (0.8, 104.0, 54.0, 50.0, 60.0, *POINTS)
    other = (0.7, 10.0, 120.0, 40.0, 40.0, *POINTS)
    model = FakeYunet(shifted, FACE, other, stride=8)
    faces = FaceDetector(model, YUNET).detect(np.zeros((192, 224, 3), np.uint8))
    assert [round(face.score, 1) for face in faces] == [0.9, 0.7]


def test_suppression_counts_overlap_over_union_and_keeps_what_equals_the_limit():
    outputs = {
        "confidence": np.array([[[0.1, 0.9], [0.2, 0.8]]], np.float32),
        "corners": np.array([[[0, 0, 0.5, 0.5], [0.25, 0, 0.75, 0.5]]], np.float32),
    }
    pair = decode_faces(outputs, BOXES, Scene(100, 100, 0.1))
    # 25x50 of overlap in a union of 75x50: one third.
    assert len(suppress_overlaps(pair, iou=1 / 3).scores) == 2
    assert len(suppress_overlaps(pair, iou=1 / 3 - 1e-6).scores) == 1


def test_boxes01_squeezes_the_photograph_and_gives_boxes_in_its_pixels():
    class FakeBoxes:
        def raw(self, tensor):
            self.seen = tensor
            return {
                "confidence": np.array([[[0.9, 0.1], [0.25, 0.75]]], np.float32),
                "corners": np.array([[[0, 0, 0.1, 0.1], [0.25, 0.5, 0.5, 1.0]]], np.float32),
            }

    model = FakeBoxes()
    faces = FaceDetector(model, BOXES).detect(np.full((400, 600, 3), 255, np.uint8))
    assert model.seen.shape == (1, 3, 240, 320)
    assert model.seen[0, 0, 0, 0] == 1.0  # (255 - 127) / 128
    assert [face.score for face in faces] == pytest.approx([0.75, 0.1])
    assert faces[0].box == pytest.approx((150, 200, 150, 200))
    assert faces[0].landmarks is None


class FakeDecoded:
    """Answers with one decoded box, corners in px of its input, whatever it is given."""

    def __init__(self, *corners, score=0.9):
        self.corners, self.score = corners, score

    def raw(self, tensor):
        self.seen = tensor
        return {
            "scores": np.array([self.score], np.float32),
            "boxes": np.array([self.corners], np.float32),
        }


def letterboxed(fit):
    size = {"height": 100, "width": 200, "fit": fit, "mean": [0, 0, 0], "scale": [1, 1, 1]}
    return parse_card({"name": "d", "task": "detection", "decoder": "boxes", "input": size})


def test_a_letterbox_keeps_proportions_in_the_upper_left_corner_and_the_rest_is_black():
    model = FakeDecoded(10, 20, 30, 60)
    (face,) = FaceDetector(model, letterboxed("letterbox")).detect(
        np.full((400, 400, 3), 9, np.uint8)
    )
    assert (model.seen[0, :, :, :100] == 9).all()
    assert not model.seen[0, :, :, 100:].any()
    assert face.box == pytest.approx((40, 80, 80, 160))


def test_a_centred_letterbox_is_grey_around_the_photograph_and_boxes_come_back():
    model = FakeDecoded(60, 20, 80, 60)
    (face,) = FaceDetector(model, letterboxed("letterbox_centre")).detect(
        np.full((400, 400, 3), 9, np.uint8)
    )
    assert (model.seen[0, :, :, 50:150] == 9).all()
    assert (model.seen[0, :, :, :50] == 114).all()
    assert (model.seen[0, :, :, 150:] == 114).all()
    assert face.box == pytest.approx((40, 80, 80, 160))


def test_faces_that_score_less_than_a_tenth_are_found_where_they_are_asked_for():
    detector = FaceDetector(FakeDecoded(60, 20, 80, 60, score=0.05), letterboxed("letterbox"))
    image = np.zeros((100, 200, 3), np.uint8)
    assert detector.detect(image) == []
    assert len(detector.detect(image, minimum=0.02)) == 1


def test_of_many_candidates_only_the_best_five_thousand_are_looked_at():
    n = 6000
    apart = np.stack([10.0 * np.arange(n), np.zeros(n), np.ones(n), np.ones(n)], axis=1)
    kept = suppress_overlaps(Candidates(np.linspace(0, 1, n), apart, None), iou=0.3)
    assert kept.scores.size == 5000
    assert kept.scores.min() > 1 / 6


def test_a_card_of_another_task_is_refused():
    card = parse_card(
        {
            "name": "m",
            "task": "embedding",
            "input": {"height": 112, "width": 112},
            "output": {"dim": 8},
        }
    )
    with pytest.raises(CardError, match="a face detector is needed"):
        FaceDetector(FakeYunet(), card)


def face(score, x, y, size):
    return Face((x, y, size, size), score, None)


def test_the_face_nearest_the_middle_is_chosen():
    near, far = face(0.7, 90, 90, 20), face(0.99, 0, 0, 20)
    assert choose_face([far, near], 200, 200) is near


def test_a_larger_face_counts_as_nearer_by_its_longer_side():
    small, large = face(0.9, 115, 90, 20), face(0.9, 20, 60, 80)
    # Distances of the centres 25 and 40, less the sizes 20 and 80: 5 and -40.
    assert choose_face([small, large], 200, 200) is large


@pytest.mark.parametrize(("rung", "below"), [(0.6, 0.59), (0.3, 0.29), (0.1, 0.09)])
def test_a_face_of_a_higher_rung_wins_although_another_is_nearer(rung, below):
    far, near = face(rung, 0, 0, 20), face(below, 90, 90, 20)
    assert choose_face([far, near], 200, 200) is far


@pytest.mark.parametrize("rung", [0.6, 0.3, 0.1])
def test_within_a_rung_the_score_does_not_count(rung):
    far, near = face(rung + 0.15, 0, 0, 20), face(rung, 90, 90, 20)
    assert choose_face([far, near], 200, 200) is near


def test_without_a_face_of_at_least_a_tenth_there_is_none():
    assert choose_face([face(0.0999, 0, 0, 20)], 200, 200) is None
    assert choose_face([], 200, 200) is None
