"""Oracles: pixels drawn by hand, encoded without loss."""

import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest

from evaluation.errors import ImageError
from evaluation.imaging import decode
from evaluation.imaging.decode import decode_image


def test_colours_come_out_as_red_green_blue(png):
    image = np.zeros((2, 3, 3), dtype=np.uint8)
    image[0, 0] = (255, 0, 0)
    image[1, 2] = (1, 2, 3)
    decoded = decode_image(png(image))
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, image)


def test_a_grey_file_becomes_three_equal_channels():
    pgm = b"P5\n2 1\n255\n" + bytes([7, 200])
    np.testing.assert_array_equal(decode_image(pgm), [[[7, 7, 7], [200, 200, 200]]])


def test_transparency_is_dropped():
    pixel = np.array([[[10, 20, 30, 0]]], dtype=np.uint8)  # BGRA
    content = cv2.imencode(".png", pixel)[1].tobytes()
    np.testing.assert_array_equal(decode_image(content), [[[30, 20, 10]]])


def test_the_orientation_of_exif_is_ignored_since_landmarks_are_in_stored_pixels():
    jpeg = cv2.imencode(".jpg", np.zeros((20, 40, 3), dtype=np.uint8))[1].tobytes()
    # Big-endian TIFF with one entry: tag 0x0112 (orientation), SHORT, count 1, value 6.
    tiff = (
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
        + bytes(4)
    )
    body = b"Exif\x00\x00" + tiff
    turned = jpeg[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR).shape == (40, 20, 3)
    assert decode_image(turned).shape == (20, 40, 3)


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_no_image_are_refused(content):
    with pytest.raises(ImageError, match=r"empty|cannot be decoded"):
        decode_image(content)


def test_an_image_beyond_the_limit_is_refused(png, monkeypatch):
    monkeypatch.setattr(decode, "MAX_SIDE_PX", 8)
    assert decode_image(png(np.zeros((8, 8, 3), np.uint8))).shape == (8, 8, 3)
    with pytest.raises(ImageError, match="too large: 9x8 px"):
        decode_image(png(np.zeros((8, 9, 3), np.uint8)))


def bomb(side):
    """A PNG of ``side`` x ``side`` black pixels in a few kilobytes."""

    def chunk(kind, body):
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(side // 8)) * side)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_a_small_file_of_a_vast_image_is_refused_before_it_takes_memory(tmp_path, repo_root):
    (tmp_path / "bomb.png").write_bytes(bomb(16000))
    script = """
import pathlib, re, sys
from evaluation.imaging.decode import decode_image
from evaluation.errors import ImageError
try:
    decode_image(pathlib.Path(sys.argv[1]).read_bytes())
except ImageError:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "bomb.png"],
        cwd=repo_root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    # The peak of this program alone; getrusage would count the parent's from before exec.
    # 16,000 x 16,000 pixels would be 768 MB; the interpreter with OpenCV takes about 80.
    assert int(done.stdout) < 400 * 1024
