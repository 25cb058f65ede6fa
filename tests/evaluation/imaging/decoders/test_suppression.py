"""Oracle: greedy suppression written out box by box."""

import numpy as np
import pytest

from evaluation.imaging.decoders import Candidates, overlaps, suppress_overlaps


def iou_by_definition(a, b):
    wide = max(0.0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    high = max(0.0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    union = a[2] * a[3] + b[2] * b[3] - wide * high
    return wide * high / union


def random_candidates(seed, n=120):
    rng = np.random.default_rng(seed)
    boxes = np.concatenate([rng.uniform(0, 200, (n, 2)), rng.uniform(5, 60, (n, 2))], axis=1)
    return Candidates(np.round(rng.random(n), 2), boxes, rng.random((n, 5, 2)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [0.1, 0.3, 0.7])
def test_the_best_of_overlapping_boxes_stays_and_of_equals_the_earlier(seed, limit):
    made = random_candidates(seed)
    kept = []
    for row in sorted(range(120), key=lambda k: (-made.scores[k], k)):
        if all(iou_by_definition(made.boxes[row], made.boxes[other]) <= limit for other in kept):
            kept.append(row)
    found = suppress_overlaps(made, iou=limit)
    assert found.boxes.tolist() == made.boxes[kept].tolist()
    assert found.landmarks.tolist() == made.landmarks[kept].tolist()


def test_scores_closer_than_float32_can_tell_keep_their_order():
    boxes = np.array([[0, 0, 10, 10], [1, 0, 10, 10]], dtype=np.float64)
    found = suppress_overlaps(Candidates(np.array([0.9, 0.9 + 1e-12]), boxes, None), iou=0.3)
    assert found.boxes.tolist() == [[1, 0, 10, 10]]


def test_no_candidate_leaves_none():
    nothing = Candidates(np.empty(0), np.empty((0, 4)), np.empty((0, 5, 2)))
    assert suppress_overlaps(nothing, iou=0.3).scores.size == 0


def test_overlaps_are_intersections_over_unions():
    made = random_candidates(9)
    expected = [iou_by_definition(made.boxes[0], other) for other in made.boxes]
    assert overlaps(made.boxes[0], made.boxes) == pytest.approx(expected)
    flat = np.zeros((1, 4))
    assert overlaps(flat[0], flat).tolist() == [0.0]
