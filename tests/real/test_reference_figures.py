"""Real models on real photographs against an independent program's scores and figures.

The reference cut each model's face out of the photographs with landmarks that it
stored: through 112x112 JPEG crops for the two models on the ArcFace template, straight
from the photograph for mobileface_v1, whose own template those crops cannot serve.
"""

import csv
import json

import numpy as np
import pytest

from evaluation.cli.dispatch import main

FROM_CROPS = ["mobilefacenet_foamliu", "mobileface_v3"]
SCORED = [(model, "crops") for model in FROM_CROPS] + [("mobileface_v1", "marked")]
LFW, ORL = "lfw_view1_test", "orl"
ALL_PAIRS = [(model, name, kind) for model, kind in SCORED for name in (LFW, ORL)]
ALL_PAIRS.append(("mobileface_v1", ORL, "photographs"))  # tight crops, found all the same


@pytest.fixture(scope="session")
def reference(real_dir):
    return json.loads((real_dir / "reference.json").read_text())["results"]


@pytest.fixture(scope="session")
def reference_scores(real_dir):
    with (real_dir / "data" / LFW / "reference_scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {model: np.array([float(row[model]) for row in rows]) for model, _ in SCORED}


def protocol(run, name):
    return next(item for item in run.result.verification if item.protocol == name)


def point(verification, target):
    return next(one for one in verification.operating_points if one.target_fmr == target)


@pytest.mark.parametrize(("model", "kind"), SCORED)
def test_every_pair_scores_as_the_reference_within_a_ten_thousandth(
    real_run, reference_scores, model, kind
):
    run = real_run(model, LFW, kind)
    assert run.pairs.completed.all()
    np.testing.assert_allclose(run.pairs.scores, reference_scores[model], rtol=0, atol=1e-4)


@pytest.mark.parametrize(("model", "kind"), SCORED)
def test_errors_at_operating_points_are_the_references(real_run, reference, model, kind):
    expected = reference[f"verify|{model}|{LFW}"]["pairs"]
    measured = protocol(real_run(model, LFW, kind), "pairs")
    assert (measured.n_mated, measured.n_non_mated) == (expected["genuine"], expected["impostor"])
    for target in (0.1, 0.01):
        fnmr = point(measured, target).fnmr
        assert fnmr.errors == round(expected[f"fnmr@fmr={target}"] * fnmr.trials)
    assert point(measured, 1e-3).fnmr is None, "500 non-mated comparisons cannot show 1e-3"
    assert measured.eer == pytest.approx(expected["eer"], abs=1e-9)
    assert measured.auc == pytest.approx(expected["auc"], abs=1e-6)


@pytest.mark.parametrize(("model", "kind"), SCORED)
def test_ten_fold_accuracy_is_the_references_within_a_tenth_of_a_point(
    real_run, reference, model, kind
):
    expected = reference[f"verify|{model}|{LFW}"]["pairs"]
    folds = protocol(real_run(model, LFW, kind), "pairs").folds
    assert folds.accuracy == pytest.approx(expected["accuracy"], abs=0.0010)
    assert folds.standard_deviation == pytest.approx(expected["accuracy_std"], abs=0.0010)
    assert folds.per_fold == pytest.approx(expected["per_fold"], abs=0.01)


@pytest.mark.parametrize(("model", "name", "kind"), ALL_PAIRS)
def test_all_pairs_figures_are_the_references(real_run, reference, model, name, kind):
    expected = reference[f"verify|{model}|{name}"]["all_pairs"]
    measured = protocol(real_run(model, name, kind), "all_pairs")
    assert (measured.n_mated, measured.n_non_mated) == (expected["genuine"], expected["impostor"])
    for target in (0.1, 0.01, 0.001):
        fnmr = point(measured, target).fnmr
        assert fnmr.errors == round(expected[f"fnmr@fmr={target}"] * fnmr.trials)
    assert measured.eer == pytest.approx(expected["eer"], abs=2e-5)
    assert measured.auc == pytest.approx(expected["auc"], abs=1e-6)


@pytest.mark.parametrize("model", [model for model, _ in SCORED])
def test_from_photographs_accuracy_is_the_references_within_three_tenths(
    real_run, reference, model
):
    expected = reference[f"verify|{model}|{LFW}"]["pairs"]
    run = real_run(model, LFW, "photographs")
    assert protocol(run, "pairs").folds.accuracy == pytest.approx(expected["accuracy"], abs=0.0030)
    assert run.result.failure_to_enrol.rate.errors == 0


@pytest.mark.parametrize("model", [model for model, _ in SCORED])
def test_the_detector_finds_every_face_where_the_reference_found_it(
    real_run, reference_scores, model
):
    scores = real_run(model, LFW, "photographs").pairs.scores
    np.testing.assert_allclose(scores, reference_scores[model], rtol=0, atol=1e-3)


def test_the_result_says_which_detector_was_used(real_dir, real_run):
    card = json.loads((real_dir / "models" / "yunet_n.json").read_text())
    detected = real_run("mobileface_v1", ORL, "photographs").result.provenance
    assert detected.detector_sha256 == card["onnx"]["sha256"]
    assert real_run("mobileface_v1", ORL, "marked").result.provenance.detector_sha256 is None


def test_a_photograph_without_landmarks_needs_a_detector_and_the_command_says_so(
    real_dir, real_set, work, capsys
):
    model = real_dir / "models" / "mobileface_v3"
    photographs, out = real_set(ORL, "photographs"), work / "none"
    code = main(
        [
            *("run", f"--model={model}.onnx", f"--card={model}.json"),
            *(f"--test-set={photographs}", f"--out={out}"),
        ]
    )
    assert code == 2
    assert "400 of 400 photographs have no landmarks" in capsys.readouterr().err
    assert not out.exists()
