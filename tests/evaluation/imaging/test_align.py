"""Oracles: hand-worked transforms, the normal equations, and bilinear sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.card import ModelCard
from evaluation.errors import ImageError
from evaluation.imaging.align import (
    ARCFACE_TEMPLATE,
    align_face,
    card_template,
    crop_for_card,
    estimate_similarity,
)


def make_card(height=112, width=112, template=None, **spec):
    described = {"height": height, "width": width, "template": template, **spec}
    return ModelCard(name="m", task="embedding", input=described, output={"dim": 4})


def similarity_by_normal_equations(source, target):
    """Least squares over (a, b, c, d) in x' = a x - b y + c and y' = b x + a y + d."""
    rows, values = [], []
    for (x, y), (to_x, to_y) in zip(source, target, strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [to_x, to_y]
    a, b, c, d = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    return np.array([[a, -b, c], [b, a, d]])


def test_a_quarter_turn_doubled_and_shifted_is_found_exactly():
    source = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (3.0, 2.0)])
    target = np.array([(-2 * y + 5, 2 * x - 1) for x, y in source])
    np.testing.assert_allclose(
        estimate_similarity(source, target), [[0, -2, 5], [2, 0, -1]], atol=1e-12
    )


@given(st.integers(0, 2**32 - 1))
def test_the_transform_is_the_least_squares_similarity(seed):
    rng = np.random.default_rng(seed)
    source, target = rng.uniform(-200, 200, size=(2, 5, 2))
    found = estimate_similarity(source, target)
    expected = similarity_by_normal_equations(source, target)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_a_mirrored_face_is_turned_but_never_mirrored():
    matrix = estimate_similarity(ARCFACE_TEMPLATE * (-1, 1), ARCFACE_TEMPLATE)
    assert np.linalg.det(matrix[:, :2]) > 0


def test_all_five_points_count_so_an_outlier_moves_the_transform():
    moved = ARCFACE_TEMPLATE.copy()
    moved[4] += (30, 0)
    matrix = estimate_similarity(moved, ARCFACE_TEMPLATE)
    assert not np.allclose(matrix, [[1, 0, 0], [0, 1, 0]], atol=1e-3)


@pytest.mark.parametrize(
    ("landmarks", "message"),
    [
        (np.full((5, 2), 3.0), "all lie on one point"),
        (np.full((5, 2), np.nan), "not a finite number"),
        (np.array([(np.inf, 0), (1, 1), (2, 2), (3, 3), (4, 4)]), "not a finite number"),
    ],
)
def test_landmarks_without_a_transform_are_refused(landmarks, message):
    with pytest.raises(ImageError, match=message):
        estimate_similarity(landmarks, ARCFACE_TEMPLATE)


def test_a_shift_by_half_a_pixel_averages_neighbours_and_borders_are_black():
    image = np.repeat(np.array([[0, 100, 200, 40]], np.uint8)[:, :, np.newaxis], 3, axis=2)
    points = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 3.0), (1.0, 3.0)])
    crop = align_face(image, points, template=points - (0.5, 0), width=4, height=2)
    # Output x reads input x + 0.5; the last one lies half beyond the border.
    np.testing.assert_array_equal(crop[0, :, 0], [50, 150, 120, 20])
    np.testing.assert_array_equal(crop[1], np.zeros((4, 3)))


def test_a_dot_at_each_landmark_lands_on_the_template():
    rng = np.random.default_rng(3)
    angle, size = 0.4, 2.1
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    landmarks = ARCFACE_TEMPLATE @ turn.T + (60, 40)
    for point in range(5):
        image = rng.integers(0, 20, size=(400, 400, 3)).astype(np.uint8)
        x, y = np.round(landmarks[point]).astype(int)
        image[y - 3 : y + 4, x - 3 : x + 4] = 255
        crop = align_face(image, landmarks, template=ARCFACE_TEMPLATE, width=112, height=112)
        rows, columns = np.nonzero(crop[:, :, 0] > 128)
        found = np.array([columns.mean(), rows.mean()])
        np.testing.assert_allclose(found, ARCFACE_TEMPLATE[point], atol=0.8)


def test_the_template_is_arcfaces_scaled_to_the_cards_size():
    np.testing.assert_array_equal(card_template(make_card()), ARCFACE_TEMPLATE)
    np.testing.assert_allclose(
        card_template(make_card(height=224, width=56))[0], (38.2946 / 2, 51.6963 * 2)
    )


def test_a_cards_own_template_is_used_as_it_is():
    own = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 11]]
    np.testing.assert_array_equal(card_template(make_card(template=own)), own)


def test_an_aligned_crop_passes_untouched_where_the_model_wants_just_that():
    crop = np.random.default_rng(0).integers(0, 256, (112, 112, 3)).astype(np.uint8)
    np.testing.assert_array_equal(crop_for_card(crop, None, make_card()), crop)


def test_an_aligned_crop_is_warped_to_another_size():
    crop = np.zeros((112, 112, 3), np.uint8)
    crop[48:56, 34:42] = 255  # about the image-left eye
    warped = crop_for_card(crop, None, make_card(height=224, width=224))
    rows, columns = np.nonzero(warped[:, :, 0] > 128)
    np.testing.assert_allclose((columns.mean(), rows.mean()), (75.0, 103.0), atol=1.0)


def test_an_aligned_crop_of_another_size_is_refused():
    with pytest.raises(ImageError, match="112x112 px, this is 100x120"):
        crop_for_card(np.zeros((120, 100, 3), np.uint8), None, make_card())


def test_a_card_without_a_size_takes_no_crop():
    card = ModelCard(name="d", task="detection", decoder="yunet", input={})
    with pytest.raises(ImageError, match="no fixed input size"):
        crop_for_card(np.zeros((112, 112, 3), np.uint8), None, card)
