"""Shared fixtures: where the checkout and the real input are, and tiny made-up input."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before anything imports onnxruntime

import dataclasses
import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# No test depends on the machine's speed, and a red run can be run again.
settings.register_profile(
    "assay", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("assay")


@pytest.fixture(scope="session")
def repo_root():
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_dir(repo_root):
    """Folder of the real models and photographs; skips where it is missing."""
    folder = repo_root.parent / "shared" / "real"
    if not (folder / "reference.json").is_file():
        pytest.skip("no ../shared/real beside the checkout")
    return folder


@pytest.fixture(scope="session")
def png():
    """Encode an RGB image as PNG, which loses nothing."""

    def encode(image):
        return cv2.imencode(".png", image[:, :, ::-1])[1].tobytes()

    return encode


def suffix_of(image):
    return ".jpg" if image.startswith(b"\xff\xd8") else ".png"


@pytest.fixture
def make_test_set(tmp_path, png):
    """Write and open a test set of made-up 112x112 crops, or of other images."""
    from evaluation.testsets import ImageKind, NewAllPairs, NewPairs, NewSample, write_test_set

    def make(n=40, per_subject=4, *, images=None, kind="aligned", landmarks=None, broken=()):
        rng = np.random.default_rng(7)
        if images is None:
            faces = rng.integers(0, 256, size=(-(-n // per_subject), 112, 112, 3))
            noise = rng.integers(-60, 61, size=(n, 112, 112, 3))
            pixels = np.clip(faces[np.arange(n) // per_subject] + noise, 0, 255)
            images = [png(one) for one in pixels.astype(np.uint8)]
        samples = [
            NewSample(f"s{i}", image, suffix_of(image), f"p{i // per_subject}", landmarks)
            for i, image in enumerate(images)
        ]
        names = [sample.sample for sample in samples]
        rows = [
            (one, other, i // per_subject == j // per_subject, (i + j) % 10)
            for i, one in enumerate(names)
            for j, other in enumerate(names)
            if i < j and (j - i) % 3 == 1
        ]
        digest = hashlib.sha256(b"".join(images)).hexdigest()[:12]
        test_set = write_test_set(
            tmp_path / f"set-{digest}-{kind}-{landmarks is not None}",
            name="made-up",
            title="Made up",
            image_kind=ImageKind(kind),
            samples=samples,
            protocols=[NewPairs("pairs", "Pairs", rows), NewAllPairs("all", "All pairs")],
            synthetic=True,
            personal_data=False,
        )
        return _with_broken_images(test_set, broken)

    return make


def _with_broken_images(test_set, broken):
    """Put bytes that are no image where the table expects them; the writer would refuse."""
    samples = list(test_set.samples)
    for index in broken:
        content = b"no image"
        (test_set.root / samples[index].file).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        samples[index] = dataclasses.replace(samples[index], sha256=digest)
    return dataclasses.replace(test_set, samples=tuple(samples))
