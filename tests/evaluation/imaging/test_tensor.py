"""Oracles: single pixels worked by hand."""

import numpy as np
import pytest

from evaluation.card import ModelCard
from evaluation.errors import ImageError
from evaluation.imaging.tensor import tensor_shape, to_tensor, write_tensor


def make_card(**spec):
    described = {"height": 1, "width": 2, **spec}
    return ModelCard(name="m", task="embedding", input=described, output={"dim": 4})


CROP = np.array([[[10, 20, 30], [40, 50, 60]]], dtype=np.uint8)


def test_the_default_maps_0_to_255_onto_minus_one_to_one():
    crop = np.array([[[0, 255, 0], [255, 0, 255]]], dtype=np.uint8)
    tensor = to_tensor([crop], make_card())
    assert tensor.dtype == np.float32
    np.testing.assert_array_equal(tensor[0, :, 0, :], [[-1, 1], [1, -1], [-1, 1]])


def test_mean_and_scale_go_with_their_own_channel():
    card = make_card(mean=[10, 20, 30], scale=[1, 2, 4])
    np.testing.assert_array_equal(to_tensor([CROP], card)[0, :, 0, :], [[0, 30], [0, 60], [0, 120]])


def test_bgr_turns_the_channels_round_before_mean_and_scale():
    card = make_card(color="BGR", mean=[30, 0, 0], scale=[1, 1, 1])
    np.testing.assert_array_equal(
        to_tensor([CROP], card)[0, :, 0, :], [[0, 30], [20, 50], [10, 40]]
    )


def test_grey_weighs_red_green_and_blue_and_rounds():
    card = make_card(color="GRAY", channels=1, mean=[0], scale=[1])
    crop = np.array([[[255, 0, 0], [0, 0, 255]]], dtype=np.uint8)
    # 0.299 x 255 = 76.2 and 0.114 x 255 = 29.1
    np.testing.assert_array_equal(to_tensor([crop], card), [[[[76, 29]]]])


def test_nhwc_keeps_channels_last():
    tensor = to_tensor([CROP, CROP], make_card(layout="NHWC", mean=[0] * 3, scale=[1] * 3))
    assert tensor.shape == (2, 1, 2, 3)
    np.testing.assert_array_equal(tensor[1], CROP)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("color", ["RGB", "BGR"])
def test_the_batch_is_contiguous_as_the_sandbox_shares_its_memory(layout, color):
    assert to_tensor([CROP], make_card(layout=layout, color=color)).flags.c_contiguous


def test_crops_are_left_unchanged():
    before = CROP.copy()
    to_tensor([CROP], make_card(color="BGR"))
    np.testing.assert_array_equal(CROP, before)


def test_an_empty_batch_is_refused():
    with pytest.raises(ImageError, match="at least one crop"):
        to_tensor([], make_card())


def test_crops_of_different_sizes_are_refused():
    with pytest.raises(ImageError, match="differ in size"):
        to_tensor([CROP, CROP[:, :1]], make_card())


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("color", ["RGB", "BGR", "GRAY"])
def test_every_level_has_the_bits_of_the_formula_in_float32(layout, color):
    channels = 1 if color == "GRAY" else 3
    mean, scale = [123.675, 0.1, 103.53][:channels], [1 / 58.395, 0.017, 1 / 3][:channels]
    card = make_card(color=color, channels=channels, layout=layout, mean=mean, scale=scale)
    crop = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    tensor = to_tensor([crop], card)[0]
    for channel in range(channels):
        plane = tensor[channel] if layout == "NCHW" else tensor[:, :, channel]
        for level, value in enumerate(plane.ravel()):
            expected = (np.float32(level) - np.float32(mean[channel])) * np.float32(scale[channel])
            assert value.tobytes() == expected.tobytes()


def test_a_mirrored_view_of_a_crop_is_written_as_it_looks():
    card = make_card(mean=[0] * 3, scale=[1] * 3)
    np.testing.assert_array_equal(
        to_tensor([CROP[:, ::-1]], card)[0, :, 0, :], [[40, 10], [50, 20], [60, 30]]
    )


def test_a_tensor_is_written_in_place():
    card = make_card(mean=[0] * 3, scale=[1] * 3)
    batch = np.full((2, *tensor_shape(card, 1, 2)), -1, dtype=np.float32)
    write_tensor(CROP, card, batch[1])
    np.testing.assert_array_equal(batch[1, :, 0, :], [[10, 40], [20, 50], [30, 60]])
    assert (batch[0] == -1).all()


@pytest.mark.parametrize(
    "tensor",
    [
        np.zeros((1, 2, 3), np.float32),
        np.zeros((3, 1, 2), np.float64),
        np.zeros((3, 1, 4), np.float32)[:, :, ::2],
    ],
)
def test_a_place_that_does_not_fit_the_tensor_is_refused(tensor):
    with pytest.raises(ImageError, match=r"contiguous float32 of shape \(3, 1, 2\)"):
        write_tensor(CROP, make_card(), tensor)
