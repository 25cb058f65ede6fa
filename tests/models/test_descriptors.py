"""Oracles: each descriptor's definition in plain loops, or another library's transform."""

import numpy as np
import pytest
from scipy.fft import dctn
from scipy.signal import correlate

from models import cnn, gabor, pca

pytestmark = pytest.mark.sandbox


def test_local_binary_patterns_follow_their_definition(embed, crops):
    tensor, embeddings = embed("lbp", crops)
    for picture, embedding in zip(tensor[:, 0], embeddings, strict=True):
        assert embedding == pytest.approx(lbp_by_definition(picture), abs=1e-5)


def lbp_by_definition(picture):
    """58 uniform codes in ascending order and one bin for the rest, in 5 x 5 cells of 22."""
    uniform = [code for code in range(256) if changes_round(f"{code:08b}") <= 2]
    assert len(uniform) == 58
    circle = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))
    counts = np.zeros((59, 5, 5))
    for y in range(1, 111):
        for x in range(1, 111):
            middle = picture[y, x]
            code = sum(
                1 << k for k, (dy, dx) in enumerate(circle) if picture[y + dy, x + dx] >= middle
            )
            place = uniform.index(code) if code in uniform else 58
            counts[place, (y - 1) // 22, (x - 1) // 22] += 1
    roots = np.sqrt(counts / 22**2)
    return (roots - roots.mean(axis=(1, 2), keepdims=True)).ravel()


def changes_round(bits):
    return sum(one != other for one, other in zip(bits, bits[1:] + bits[:1], strict=True))


def test_oriented_gradients_follow_their_definition(embed, crops):
    tensor, embeddings = embed("hog", crops)
    for picture, embedding in zip(tensor, embeddings, strict=True):
        assert embedding == pytest.approx(hog_by_definition(picture), abs=2e-4)


def hog_by_definition(bgr):
    """Each pixel votes, by its strength, for the two of nine directions nearest to its own."""
    blue, green, red = bgr.astype(np.float64)
    luma = np.pad((0.114 * blue + 0.587 * green + 0.299 * red) / 255, 1, mode="edge")
    across = luma[1:-1, 2:] - luma[1:-1, :-2]
    down = luma[2:, 1:-1] - luma[:-2, 1:-1]
    strength = np.sqrt(across**2 + down**2 + 1e-6)
    # Equal greys differ by rounding alone: they have no direction and count as flat.
    across, down = (np.where(np.abs(part) < 1e-6, 0.0, part) for part in (across, down))
    place = (np.arctan2(down, across) % np.pi) / (np.pi / 9)
    cells = np.zeros((9, 14, 14))
    for y in range(112):
        for x in range(112):
            low = int(place[y, x]) % 9
            share = place[y, x] - int(place[y, x])
            cells[low, y // 8, x // 8] += (1 - share) * strength[y, x] / 64
            cells[(low + 1) % 9, y // 8, x // 8] += share * strength[y, x] / 64
    energy = (cells**2).sum(axis=0)
    scaled = np.empty_like(cells)
    for y in range(14):
        for x in range(14):
            around = energy[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean()
            scaled[:, y, x] = np.minimum(cells[:, y, x] / np.sqrt(around + 1e-4), 0.6)
    return (scaled - scaled.mean(axis=(1, 2), keepdims=True)).ravel()


def test_low_frequencies_are_those_of_scipy(embed, crops):
    tensor, embeddings = embed("dct", crops)
    for picture, embedding in zip(tensor, embeddings, strict=True):
        luma = np.tensordot((0.299, 0.587, 0.114), picture, axes=1)
        expected = dctn(luma, norm="ortho")[:10, :10].ravel()[1:]
        assert embedding == pytest.approx(expected, abs=1e-3)


def test_gabor_energy_is_that_of_waves_written_out(embed, crops):
    tensor, embeddings = embed("gabor", crops)
    for picture, embedding in zip(tensor[..., 0], embeddings, strict=True):
        assert embedding == pytest.approx(gabor_by_definition(picture), abs=2e-3)


def gabor_by_definition(picture):
    offsets = np.arange(-12, 13)
    padded = np.pad(picture.astype(np.float64), 12, mode="reflect")
    maps = []
    for wavelength in (4.0, 6.0, 9.0, 13.0):
        window = np.exp(-np.add.outer(offsets**2, offsets**2) / (2 * (0.56 * wavelength) ** 2))
        for direction in range(8):
            angle = np.pi * direction / 8
            phase = np.add.outer(np.sin(angle) * offsets, np.cos(angle) * offsets)
            energy = 1e-6
            for wave in (np.cos, np.sin):
                kernel = window * wave(2 * np.pi * phase / wavelength)
                kernel = kernel - window * (kernel.sum() / window.sum())
                kernel = kernel / np.sqrt((kernel**2).sum())
                energy = energy + correlate(padded, kernel, mode="valid")[::2, ::2] ** 2
            maps.append(np.sqrt(energy).reshape(6, 8, 6, 8).mean(axis=(1, 3)))
    levels = np.log(np.stack(maps) + 0.02)
    levels = levels - levels.mean(axis=(1, 2), keepdims=True)
    return (levels - levels.mean(axis=0)).ravel()


def test_waves_carry_no_mean_so_that_plain_light_gives_nothing():
    kernels = gabor.wave_kernels()
    assert kernels.shape == (64, 1, 25, 25)
    assert np.abs(kernels.sum(axis=(2, 3))).max() < 1e-9


def test_eigenfaces_project_the_picture_after_levelling_it(embed, crops):
    tensor, embeddings = embed("pca", crops)
    with np.load(pca.WEIGHTS, allow_pickle=False) as stored:
        mean, projection = (stored[name].astype(np.float64) for name in ("mean", "projection"))
    flat = tensor.reshape(len(tensor), -1).astype(np.float64)
    level = flat - flat.mean(axis=1, keepdims=True)
    level /= np.sqrt(level.var(axis=1, keepdims=True) + 1e-4)
    assert embeddings == pytest.approx((level - mean) @ projection, abs=2e-3)


def test_the_network_computes_its_layers(embed, crops):
    tensor, embeddings = embed("cnn", crops)
    with np.load(cnn.WEIGHTS, allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float64) for name in stored.files}
    for picture, embedding in zip(tensor, embeddings, strict=True):
        assert embedding == pytest.approx(network_by_definition(picture, weights), abs=2e-3)


def network_by_definition(picture, weights):
    maps = picture.astype(np.float64)
    strides, added_at = (2, 2, 1, 2, 1, 2), 4
    for index, stride in enumerate(strides):
        padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        windows = windows[:, ::stride, ::stride]
        filtered = np.einsum("oiyx,ihwyx->ohw", weights[f"kernels_{index}"], windows)
        filtered = filtered + weights[f"bias_{index}"][:, None, None]
        maps = np.maximum(filtered + maps if index == added_at else filtered, 0)
    return weights["linear"] @ maps.ravel() + weights["linear_bias"]
