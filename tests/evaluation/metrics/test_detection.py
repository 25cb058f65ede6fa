"""Oracles: boxes matched one by one in plain Python, areas summed by hand."""

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.detection import DetectionTrials, detection_result
from evaluation.metrics.matching import FoundFaces, TrueFaces, match_faces
from evaluation.results import Evidence, IntervalMethod

A, B, C = (0, 0, 10, 10), (100, 0, 10, 20), (200, 0, 40, 40)
NEAR_A = (0, 0, 10, 8)  # 80 of 100
FAR = (500, 500, 10, 10)
MARKS = np.array([[2, 2], [8, 2], [5, 5], [3, 8], [7, 8]], dtype=np.float64)


def trials(truth, found, *, n_images=3, failed=(), landmarks=None):
    """Truth as (image, box[, ignored]), found as (image, score, box[, landmarks])."""
    truth = sorted(truth, key=lambda face: face[0])
    found = sorted(found, key=lambda face: face[0])
    unmarked = np.full((5, 2), np.nan)
    return DetectionTrials(
        truth=TrueFaces(
            image=np.array([face[0] for face in truth], dtype=np.int64),
            boxes=np.array([face[1] for face in truth], dtype=np.float64).reshape(-1, 4),
            landmarks=landmarks,
            ignored=np.array([len(face) > 2 and face[2] for face in truth], dtype=np.bool_),
        ),
        found=FoundFaces(
            image=np.array([face[0] for face in found], dtype=np.int64),
            scores=np.array([face[1] for face in found], dtype=np.float64),
            boxes=np.array([face[2] for face in found], dtype=np.float64).reshape(-1, 4),
            landmarks=np.array([face[3] if len(face) > 3 else unmarked for face in found]).reshape(
                -1, 5, 2
            ),
        ),
        failed=np.isin(np.arange(n_images), failed),
    )


def measured(made, score=0.5, replicates=40):
    return detection_result(
        made, protocol="faces", title="Faces", score=score, replicates=replicates, seed=2
    )


def test_a_case_worked_by_hand():
    found = measured(
        trials(
            [(0, A), (0, B), (1, C)],
            [(0, 0.9, NEAR_A), (0, 0.8, FAR), (1, 0.7, C), (2, 0.3, FAR)],
        )
    )
    assert (found.missed.errors, found.missed.trials) == (1, 3)
    assert (found.false_boxes.errors, found.false_boxes.trials) == (1, 3)
    assert (found.recall, found.precision) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    # Precision 1 up to recall 1/3, then 2/3 up to recall 2/3, nothing beyond.
    assert found.average_precision == pytest.approx(1 / 3 + 2 / 3 * 1 / 3)
    assert (found.misses_per_image.value, found.false_positives_per_image.value) == (1 / 3, 1 / 3)
    assert (found.n_images, found.n_faces, found.n_images_without_faces) == (3, 3, 1)


def test_a_box_at_the_threshold_counts_and_one_below_does_not():
    made = trials([(0, A)], [(0, 0.6, A)])
    assert measured(made, score=0.6).missed.errors == 0
    assert measured(made, score=0.6000001).missed.errors == 1
    assert measured(made, score=None).threshold == 0.5
    assert not measured(made, score=None).is_recommended


def test_the_second_box_on_a_face_is_false():
    found = measured(trials([(0, A)], [(0, 0.9, NEAR_A), (0, 0.8, A)]))
    assert (found.missed.errors, found.false_boxes.errors) == (0, 1)


def test_a_box_takes_the_free_face_it_overlaps_most():
    shifted = (2, 0, 10, 10)
    made = trials([(0, A), (0, shifted)], [(0, 0.9, shifted), (0, 0.8, (1, 0, 10, 10))])
    assert match_faces(made.found, made.truth).face.tolist() == [1, 0]


@pytest.mark.parametrize(("height", "matches"), [(5.0, True), (4.999, False)])
def test_an_overlap_of_one_half_is_enough(height, matches):
    made = trials([(0, A)], [(0, 0.9, (0, 0, 10, height))])
    assert bool(match_faces(made.found, made.truth).face[0] >= 0) is matches


def test_faces_of_other_images_are_never_matched():
    assert measured(trials([(0, A)], [(1, 0.9, A)])).missed.errors == 1


def test_ignored_faces_are_neither_missed_nor_wrongly_found():
    made = trials([(0, A), (0, B, True), (1, C, True)], [(0, 0.9, A), (0, 0.8, B)])
    found = measured(made)
    assert (found.n_faces, found.n_ignored) == (1, 2)
    assert (found.missed.errors, found.missed.trials) == (0, 1)
    assert (found.false_boxes.errors, found.false_boxes.trials) == (0, 1)
    assert found.average_precision == 1


def test_a_free_face_goes_before_an_ignored_one():
    made = trials([(0, A), (0, A, True)], [(0, 0.9, A)])
    assert measured(made).missed.errors == 0


def test_an_image_that_failed_misses_all_its_faces():
    found = measured(trials([(0, A), (1, B), (1, C)], [(0, 0.9, A)], failed=[1]))
    assert (found.missed.errors, found.missed.failures, found.n_images_failed) == (2, 2, 1)


def test_without_boxes_there_is_no_precision():
    found = measured(trials([(0, A)], []))
    assert (found.precision, found.false_boxes, found.average_precision) == (None, None, 0.0)
    assert found.curve.score == ()
    assert found.missed.value == 1
    assert found.false_positives_per_image.high == 1.0, "3 per 3 images, by the rule of 3"


@pytest.mark.parametrize("truth", [[], [(0, A, True)]])
def test_without_a_face_that_counts_there_is_nothing_to_measure(truth):
    with pytest.raises(EmptyTrialsError, match="no image shows a face"):
        measured(trials(truth, [(0, 0.9, A)]))


def average_precision_by_definition(right, scores, n_faces):
    """Precision at each recall step, the best reached there or later, one score at a time."""
    points = []
    for score in sorted(set(scores), reverse=True):
        taken = [r for r, s in zip(right, scores, strict=True) if s >= score]
        points.append((sum(taken) / n_faces, sum(taken) / len(taken)))
    area, before = 0.0, 0.0
    for k, (recall, _) in enumerate(points):
        area += (recall - before) * max(precision for _, precision in points[k:])
        before = recall
    return area


def random_trials(seed, n_images=25):
    rng = np.random.default_rng(seed)
    truth = [
        (image, (60.0 * k, 0, *rng.uniform(8, 40, 2)))
        for image in range(n_images)
        for k in range(rng.integers(0, 5))
    ]
    found = []
    for image, box in truth:
        if rng.random() < 0.8:
            near = np.array(box) + rng.normal(0, 2, 4)
            found.append((image, round(float(rng.uniform(0.2, 1)), 1), tuple(near)))
    found += [
        (int(rng.integers(n_images)), round(float(rng.uniform(0, 0.8)), 1), FAR) for _ in range(30)
    ]
    return trials(truth, found, n_images=n_images)


@pytest.mark.parametrize("seed", range(6))
def test_average_precision_is_the_area_by_definition(seed):
    made = random_trials(seed)
    right = match_faces(made.found, made.truth).face >= 0
    expected = average_precision_by_definition(
        right.tolist(), made.found.scores.tolist(), made.truth.image.size
    )
    found = measured(made)
    assert found.average_precision == pytest.approx(expected)
    low, high = found.average_precision_low, found.average_precision_high
    assert 0 <= low < found.average_precision < high <= 1


@pytest.mark.parametrize("seed", range(3))
def test_every_point_of_the_curve_is_what_its_score_gives(seed):
    made = random_trials(seed)
    right = match_faces(made.found, made.truth).face >= 0
    curve = measured(made).curve
    for score, recall, precision in zip(curve.score, curve.recall, curve.precision, strict=True):
        taken = made.found.scores >= score
        assert recall == pytest.approx(right[taken].sum() / made.truth.image.size)
        assert precision == pytest.approx(right[taken].mean())


def envelope(recalls, precisions, at):
    return max((p for r, p in zip(recalls, precisions, strict=True) if r >= at), default=0.0)


def crowded(n_faces, right_until):
    """One image: so many right boxes first, then wrong and right ones in turn, each its score."""
    faces = [(20 * k, 0, 10, 10) for k in range(n_faces)]
    found, score = [], 1.0
    for k, box in enumerate(faces[: n_faces * 9 // 10]):
        for wrong in range(0 if k < right_until else 40):
            found.append((0, score := score * 0.9999, (20 * k, 1000 + 20 * wrong, 10, 10)))
        found.append((0, score := score * 0.9999, box))
    return trials([(0, box) for box in faces], found, n_images=2)


@pytest.mark.parametrize(("n_faces", "right_until"), [(400, 300), (60, 10), (3, 1)])
def test_the_curve_is_even_in_recall_and_keeps_the_envelope(n_faces, right_until):
    made = crowded(n_faces, right_until)
    curve = measured(made, replicates=2).curve
    right = match_faces(made.found, made.truth).face >= 0
    order = np.argsort(-made.found.scores)
    recalls = np.cumsum(right[order]) / n_faces
    precisions = np.cumsum(right[order]) / np.arange(1, right.size + 1)
    assert len(curve.recall) <= 200
    assert curve.recall[-1] == pytest.approx(recalls[-1]), "the curve reaches as far"
    assert list(curve.recall) == sorted(curve.recall)
    widest = max(np.diff(curve.recall, prepend=0.0))
    assert widest <= 2 * max(recalls[-1] / 199, 1 / n_faces) + 1e-12
    for step in range(199):
        at = recalls[-1] * step / 199 + 1e-12
        assert envelope(curve.recall, curve.precision, at) == pytest.approx(
            envelope(recalls, precisions, at)
        )


def test_without_a_right_box_the_curve_stays_at_nought():
    curve = measured(trials([(0, A)], [(0, 0.9, FAR), (0, 0.8, FAR)])).curve
    assert set(curve.recall) == set(curve.precision) == {0.0}


def test_without_an_error_average_precision_is_as_sure_as_the_number_of_images():
    found = measured(
        trials([(0, A), (1, B), (5, C)], [(0, 1, A), (1, 1, B), (5, 1, C)], n_images=6)
    )
    assert found.average_precision == 1
    assert (found.average_precision_low, found.average_precision_high) == (0.5, 1)
    nothing = measured(trials([(0, A), (5, C)], [(0, 1, FAR)], n_images=6))
    assert (nothing.average_precision_low, nothing.average_precision_high) == (0, 0.5)


def test_images_are_drawn_whole():
    found = measured(random_trials(0))
    assert found.missed.method is IntervalMethod.IMAGE_BOOTSTRAP
    assert found.misses_per_image.low < found.misses_per_image.value < found.misses_per_image.high


def test_a_single_image_has_no_interval():
    found = measured(trials([(0, A), (0, B)], [(0, 0.9, A)], n_images=1))
    assert found.average_precision_low is None
    assert found.misses_per_image.low is None
    assert found.missed.evidence is Evidence.NOT_ENOUGH


def test_misses_are_told_apart_by_the_height_of_the_face():
    small, middle, large = (0, 0, 9, 15.9), (100, 0, 9, 16.0), (200, 0, 30, 32.0)
    found = measured(trials([(0, small), (0, middle), (1, large)], [(0, 0.9, middle)]))
    assert [
        (one.at_least, one.below, one.missed.errors, one.missed.trials)
        for one in found.missed_by_height
    ] == [(0, 16, 1, 1), (16, 32, 0, 1), (32, None, 1, 1)]


def test_landmark_errors_are_relative_to_the_distance_between_the_eyes():
    marks = np.stack([MARKS, np.full((5, 2), np.nan), MARKS])
    found = measured(
        trials(
            [(0, A), (0, B), (1, A)],
            [
                (0, 0.9, A, np.add(MARKS, (0.3, 0.4))),
                (0, 0.9, B, MARKS),
                (1, 0.9, A, np.add(MARKS, (3, 4))),
            ],
            landmarks=marks,
        )
    )
    # Eyes 6 px apart; all points 0.5 px off on one face and 5 px on the other.
    assert found.landmarks.faces == 2
    assert found.landmarks.mean == pytest.approx((0.5 / 6 + 5 / 6) / 2)
    assert (found.landmarks.above_tenth.errors, found.landmarks.above_tenth.trials) == (1, 2)


def test_a_model_without_landmarks_has_no_landmark_error():
    made = trials([(0, A)], [(0, 0.9, A)], landmarks=MARKS[None])
    assert measured(made).landmarks is None
    assert measured(trials([(0, A)], [(0, 0.9, A, MARKS)])).landmarks is None


def test_the_same_seed_gives_the_same_bits():
    assert measured(random_trials(4)) == measured(random_trials(4))
