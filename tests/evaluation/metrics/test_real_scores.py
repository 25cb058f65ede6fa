"""The figures of an independent program, from its own scores of real pairs."""

import csv
import json
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores
from evaluation.metrics.assembly import verification_sections

pytestmark = pytest.mark.real

MODELS = ("mobilefacenet_foamliu", "mobileface_v3", "mobileface_v1")
# The reference's scores are rounded to six decimals where they are stored.
ROUNDING = 1e-6


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=MODELS)
def measured(request, real_dir):
    """Measure the stored scores of one model; gives the result and the reference's figures."""
    folder = real_dir / "data" / "lfw_view1_test"
    identity = {row["image"]: row["identity"] for row in read(folder / "identities.csv")}
    images = {image: k for k, image in enumerate(identity)}
    people = {person: k for k, person in enumerate(dict.fromkeys(identity.values()))}
    pairs, scored = read(folder / "pairs.csv"), read(folder / "reference_scores.csv")
    assert [(row["image_a"], row["image_b"]) for row in pairs] == [
        (row["image_a"], row["image_b"]) for row in scored
    ]
    result, _ = verification_sections(
        test_set=SimpleNamespace(
            subject_index=np.array([people[p] for p in identity.values()], dtype=np.int32)
        ),
        protocol=SimpleNamespace(
            name="pairs",
            title="Pairs",
            reference=np.array([images[row["image_a"]] for row in pairs]),
            probe=np.array([images[row["image_b"]] for row in pairs]),
            mated=np.array([row["same"] == "1" for row in pairs]),
            fold=np.array([int(row["fold"]) for row in pairs], dtype=np.int16),
        ),
        comparisons=PairScores(
            np.array([float(row[request.param]) for row in scored]), np.ones(len(scored), bool)
        ),
        failed=np.zeros(len(images), bool),
        card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=None),
        seed=1,
    )
    reference = json.loads((real_dir / "reference.json").read_text())["results"]
    return result, reference[f"verify|{request.param}|lfw_view1_test"]["pairs"]


def test_counts_agree(measured):
    result, reference = measured

    assert (result.n_mated, result.n_non_mated) == (reference["genuine"], reference["impostor"])


def test_accuracy_agrees_fold_by_fold(measured):
    result, reference = measured

    assert list(result.folds.per_fold) == reference["per_fold"]
    assert result.folds.thresholds == pytest.approx(reference["thresholds"], abs=ROUNDING)
    assert result.folds.accuracy == reference["accuracy"]
    assert result.folds.standard_deviation == reference["accuracy_std"]


def test_secondary_figures_agree(measured):
    result, reference = measured

    assert result.eer == reference["eer"]
    assert result.eer_threshold == pytest.approx(reference["eer_threshold"], abs=ROUNDING)
    assert result.auc == pytest.approx(reference["auc"], abs=2 / 250_000)


@pytest.mark.parametrize("target", [0.1, 0.01])
def test_fnmr_at_fixed_fmr_agrees(measured, target):
    result, reference = measured

    point = next(point for point in result.operating_points if point.target_fmr == target)

    assert point.fnmr.value == reference[f"fnmr@fmr={target}"]
    # The reference names the next observed score, this project the lowest threshold of all.
    assert point.threshold <= reference[f"threshold@fmr={target}"] + ROUNDING
    assert point.fmr.value <= target


@pytest.mark.parametrize("target", [1e-3, 1e-4])
def test_what_the_reference_leaves_void_is_not_printed(measured, target):
    result, reference = measured

    point = next(point for point in result.operating_points if point.target_fmr == target)

    assert reference[f"fnmr@fmr={target:g}"] is None
    assert point.fnmr is None
