"""Oracles: the arithmetic of each condition by hand, and what must not change."""

import cv2
import numpy as np
import pytest

from evaluation.errors import ImageError
from evaluation.imaging.align import ARCFACE_TEMPLATE
from evaluation.imaging.degrade import degrade, eye_distance_px
from evaluation.testsets.manifest import RANGES, Degradation

NO_EFFECT = {
    Degradation.INTER_EYE_DISTANCE: 10_000,
    Degradation.BLUR: 0,
    Degradation.NOISE: 0,
    Degradation.DARKNESS: 0,
    Degradation.GLARE: 0,
    Degradation.MASK: 0,
    Degradation.SUNGLASSES: 0,
    Degradation.HAT: 0,
    Degradation.ROTATION: 0,
}
RISING = {
    Degradation.INTER_EYE_DISTANCE: (30, 20, 12, 6),
    Degradation.BLUR: (4, 8, 16, 32),
    Degradation.JPEG_QUALITY: (80, 40, 15, 5),
    Degradation.NOISE: (4, 8, 16, 32),
    Degradation.DARKNESS: (0.2, 0.5, 0.8, 0.95),
    Degradation.GLARE: (0.2, 0.4, 0.6, 0.9),
    Degradation.MASK: (0.3, 0.5, 0.8, 1.0),
    Degradation.SUNGLASSES: (0.2, 0.4, 0.7, 1.0),
    Degradation.HAT: (0.2, 0.5, 0.8, 1.0),
    Degradation.ROTATION: (2, 5, 10, 20),
}


@pytest.fixture
def face():
    """A smooth picture of 224 px, with landmarks at twice the template's size."""
    random = np.random.default_rng(5)
    small = random.integers(40, 215, size=(28, 28, 3)).astype(np.uint8)
    picture = cv2.resize(small, (224, 224), interpolation=cv2.INTER_CUBIC)
    return picture, ARCFACE_TEMPLATE * 2


def worse(face, condition, step, seed=(7,)):
    return degrade(*face, condition, step, seed=seed)


def apart(a, b):
    return float(np.mean((a.astype(np.float64) - b) ** 2))


def test_every_condition_is_named_here():
    assert set(RISING) == set(RANGES) == set(Degradation)


@pytest.mark.parametrize(("condition", "step"), NO_EFFECT.items())
def test_a_step_of_no_strength_leaves_every_pixel(face, condition, step):
    image, landmarks = worse(face, condition, step)
    np.testing.assert_array_equal(image, face[0])
    np.testing.assert_array_equal(landmarks, face[1])


@pytest.mark.parametrize(("condition", "steps"), RISING.items())
def test_each_further_step_leads_further_away(face, condition, steps):
    before = face[0].copy()
    errors = [apart(worse(face, condition, step)[0], face[0]) for step in steps]
    assert errors == sorted(errors)
    assert 0 < errors[0] < errors[-1]
    np.testing.assert_array_equal(face[0], before)


@pytest.mark.parametrize("condition", [one for one in Degradation if one != "rotation"])
def test_size_type_and_landmarks_stay(face, condition):
    image, landmarks = worse(face, condition, RISING[condition][-1])
    assert (image.shape, image.dtype) == (face[0].shape, np.uint8)
    np.testing.assert_array_equal(landmarks, face[1])


def test_the_distance_between_the_eyes_falls_to_the_step(face):
    # A checkerboard of single pixels keeps its contrast only where no pixel was merged.
    board = (np.indices((224, 224)).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = np.repeat(board[:, :, None], 3, axis=2)
    distance = eye_distance_px(face[1])
    assert distance == pytest.approx(70.47, abs=0.01)
    image, _ = degrade(picture, face[1], Degradation.INTER_EYE_DISTANCE, distance / 2, seed=(1,))
    assert image.std() < 1.5
    assert image.mean() == pytest.approx(127.5, abs=1.5)


def test_noise_has_the_deviation_of_its_step_and_depends_on_the_seed_only(face):
    grey = np.full((224, 224, 3), 128, dtype=np.uint8)
    one = degrade(grey, face[1], Degradation.NOISE, 10, seed=(3, 4))[0]
    assert one.std() == pytest.approx(10, rel=0.02)
    assert one.mean() == pytest.approx(128, abs=0.2)
    np.testing.assert_array_equal(
        one, degrade(grey, face[1], Degradation.NOISE, 10, seed=(3, 4))[0]
    )
    assert apart(one, degrade(grey, face[1], Degradation.NOISE, 10, seed=(3, 5))[0]) > 100


@pytest.mark.parametrize(("level", "part"), [(255, 0.5), (128, 0.5), (200, 0.9), (255, 1.0)])
def test_darkness_takes_a_part_of_the_light_not_of_the_grey_level(face, level, part):
    flat = np.full((64, 64, 3), level, dtype=np.uint8)
    image, _ = degrade(flat, face[1] / 4, Degradation.DARKNESS, part, seed=(1,))
    light = (level / 255) ** 2.2 * (1 - part)
    assert np.unique(image).tolist() == [round(255 * light ** (1 / 2.2))]


def test_glare_is_whitest_at_the_left_of_the_face_and_gone_at_its_right(face):
    black = np.zeros((224, 224, 3), dtype=np.uint8)
    image, _ = degrade(black, face[1], Degradation.GLARE, 0.8, seed=(1,))
    row = image[112, :, 0].astype(int)
    assert row[0] == pytest.approx(0.8 * 255, abs=2)
    assert row[112] == pytest.approx(0.4 * 255, abs=3)
    assert row[-1] == pytest.approx(0, abs=3)
    assert np.all(np.diff(row) <= 0)


@pytest.mark.parametrize(
    ("condition", "covered", "free"),
    [
        (Degradation.MASK, [2, 3, 4], [0, 1]),
        (Degradation.SUNGLASSES, [0, 1], [2, 3, 4]),
        (Degradation.HAT, [], [0, 1, 2, 3, 4]),
    ],
)
def test_what_is_worn_covers_its_landmarks_and_no_others(face, condition, covered, free):
    image, _ = worse(face, condition, 1.0)
    touched = np.any(image != face[0], axis=2)
    at = [touched[round(y), round(x)] for x, y in face[1]]
    assert [at[k] for k in covered] == [True] * len(covered)
    assert [at[k] for k in free] == [False] * len(free)


def test_a_hat_covers_the_forehead(face):
    image, _ = worse(face, Degradation.HAT, 1.0)
    assert np.all(image[2 * 30, 2 * 56] == (48, 40, 36))


def test_landmarks_turn_with_the_picture(face):
    picture = np.zeros((224, 224, 3), dtype=np.uint8)
    for x, y in face[1]:
        cv2.circle(picture, (round(x), round(y)), 3, (255, 255, 255), -1)
    image, landmarks = degrade(picture, face[1], Degradation.ROTATION, 20, seed=(1,))
    assert all(image[round(y), round(x), 0] == 255 for x, y in landmarks)
    assert eye_distance_px(landmarks) == pytest.approx(eye_distance_px(face[1]))
    # Counter-clockwise for whoever looks at the picture: the eye at the right rises.
    assert landmarks[1, 1] < face[1][1, 1]


@pytest.mark.parametrize("condition", Degradation)
def test_a_step_out_of_range_is_refused(face, condition):
    with pytest.raises(ImageError, match=f"a step of {condition} lies from"):
        worse(face, condition, RANGES[condition][1] * 1.01 + 0.001)
    with pytest.raises(ImageError, match="lies from"):
        worse(face, condition, float("nan"))


def test_landmarks_far_outside_the_picture_are_drawn_nowhere(face):
    image, _ = degrade(face[0], face[1] + 1e5, Degradation.MASK, 1.0, seed=(1,))
    np.testing.assert_array_equal(image, face[0])
