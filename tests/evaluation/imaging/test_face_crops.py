"""Oracles: parts of pictures whose pixels say where they are from, cut out by hand."""

import cv2
import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import ImageError
from evaluation.imaging.align import ARCFACE_TEMPLATE
from evaluation.imaging.face_crops import arcface_crop, crop_around, resized_crop


def card(kind, scale, side):
    return parse_card(
        {
            "name": "m",
            "task": "pad",
            "input": {"height": side, "width": side},
            "output": {"activation": "softmax", "live_index": 0},
            "crop": {"kind": kind, "scale": scale},
        }
    )


def picture(height=100, width=160):
    """Red says the column, green the row."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 0] = np.arange(width)[None, :]
    image[:, :, 1] = np.arange(height)[:, None]
    return image


def corners(crop):
    """Column and row of the upper left and of the lower right pixel."""
    return crop[0, 0, :2].tolist(), crop[-1, -1, :2].tolist()


def test_shift_scales_the_box_about_its_centre():
    # A 20x20 box about (60, 50), twice as large: columns 40 to 80, rows 30 to 70, 41 px.
    crop = crop_around(picture(), (50, 40, 20, 20), card("shift", 2.0, 41))
    assert corners(crop) == ([40, 30], [80, 70])


def test_shift_moves_a_part_that_would_leave_the_image_inside():
    crop = crop_around(picture(), (0, 0, 20, 20), card("shift", 2.0, 41))
    assert corners(crop) == ([0, 0], [40, 40])
    crop = crop_around(picture(), (140, 80, 20, 20), card("shift", 2.0, 41))
    assert corners(crop) == ([119, 59], [159, 99])


def test_shift_is_scaled_no_more_than_fits_into_the_image():
    crop = crop_around(picture(100, 100), (40, 40, 20, 20), card("shift", 9.0, 100))
    assert corners(crop) == ([0, 0], [99, 99])


def test_shift_keeps_the_proportions_of_the_box():
    image = picture()
    crop = crop_around(image, (50, 40, 10, 20), card("shift", 2.0, 30))
    expected = cv2.resize(image[30:71, 45:66], (30, 30), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(crop, expected)


def test_pad_takes_a_square_of_the_longer_side():
    # A 10x20 box about (60, 50) times 1.5: 30 px from column 45 and row 35.
    crop = crop_around(picture(), (55, 40, 10, 20), card("pad", 1.5, 30))
    assert corners(crop) == ([45, 35], [74, 64])


def test_pad_reflects_what_lies_beyond_the_image_without_repeating_the_edge():
    image = picture()
    crop = crop_around(image, (0, 0, 20, 20), card("pad", 2.0, 40))
    assert crop[10, 10, :2].tolist() == [0, 0]
    assert crop[0, 0, :2].tolist() == [10, 10]
    assert crop[9, 11, :2].tolist() == [1, 1]
    crop = crop_around(image, (140, 80, 20, 20), card("pad", 2.0, 40))
    assert crop[29, 29, :2].tolist() == [159, 99]
    assert crop[30, 31, :2].tolist() == [157, 98]


@pytest.mark.parametrize("kind", ["shift", "pad"])
@pytest.mark.parametrize(
    "box",
    [
        (10, 10, 0, 5),
        (10, 10, 5, -1),
        (float("nan"), 0, 5, 5),
        (0, 0, float("inf"), 5),
        (160, 0, 10, 10),
        (0, 100, 10, 10),
        (-20, 0, 20, 10),
    ],
)
def test_a_box_that_is_none_or_lies_elsewhere_is_no_face(kind, box):
    with pytest.raises(ImageError, match="the box of the face"):
        crop_around(picture(), box, card(kind, 1.5, 20))


def test_a_vast_box_does_not_ask_for_vast_memory():
    with pytest.raises(ImageError, match="too large"):
        crop_around(picture(), (-1e6, -1e6, 2e6, 2e6), card("pad", 1.5, 20))
    assert crop_around(picture(), (-1e6, -1e6, 2e6, 2e6), card("shift", 1.5, 20)).shape[0] == 20


def test_a_box_of_less_than_a_pixel_gives_a_crop_or_no_face():
    tiny = (50.2, 50.2, 0.1, 0.1)
    assert crop_around(picture(), tiny, card("shift", 1.5, 20)).shape == (20, 20, 3)
    with pytest.raises(ImageError, match="too small"):
        crop_around(picture(), tiny, card("pad", 1.5, 20))


def test_an_aligned_crop_is_squeezed_to_the_cards_size():
    image = picture(112, 112)
    small = card("pad", 1.5, 96)
    assert arcface_crop(image, None) is image
    expected = cv2.resize(image, (96, 96), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(resized_crop(image, small), expected)
    assert resized_crop(image, card("pad", 1.5, 112)) is image


def test_a_face_in_a_photograph_is_aligned_at_112_px_first():
    photograph = np.zeros((200, 220, 3), np.uint8)
    photograph[30:142, 40:152] = picture(112, 112)
    crop = arcface_crop(photograph, np.add(ARCFACE_TEMPLATE, (40, 30)))
    assert np.abs(crop.astype(int) - picture(112, 112)).max() <= 1


def test_what_should_be_a_crop_and_is_none_is_refused():
    with pytest.raises(ImageError, match="112x112"):
        arcface_crop(picture(), None)
