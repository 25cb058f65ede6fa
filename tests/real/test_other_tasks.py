"""Real quality, presentation-attack and detection models, and a model with its own detector.

The reference program ran minifas128_int8 in batches of 32 images in the order of the file.
Its weights are quantised dynamically, over the whole batch, so its scores are only these in
those batches; one image at a time, as we run it, other scores come out.
"""

import csv
import json

import cv2
import numpy as np
import pytest

from evaluation.card import load_card
from evaluation.extraction import concatenate, load_templates
from evaluation.results import load_result
from evaluation.runtime.scores import scores_of
from tests.real.conftest import main_or_fail

PAD_MODELS = ["minifasnet_v2", "minifas128_int8"]
DETECTORS = ["yunet_n", "ultralight_rfb320"]
RECOGNISERS = ["mobilefacenet_foamliu", "mobileface_v3"]


@pytest.fixture(scope="session")
def reference(real_dir):
    return json.loads((real_dir / "reference.json").read_text())["results"]


def upright(data, to):
    """Copy the images as OpenCV opens them: boxes are in pixels of the upright picture."""
    to.mkdir()
    for path in sorted((data / "images").iterdir()):
        cv2.imwrite(str(to / f"{path.stem}.png"), cv2.imread(str(path)))
    with (data / "pad.csv").open(newline="") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        row["image"] = row["image"].rsplit(".", 1)[0] + ".png"
        row["attack"] = row["attack"] or ("unnamed" if row["label"] == "attack" else "")
    with (to / "pad.csv").open("w", newline="") as table:
        writer = csv.DictWriter(table, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return to / "pad.csv", to


@pytest.fixture(scope="session")
def pad_run(real_dir, work):
    """Run a presentation-attack model on a set, in batches of one size."""
    made, sets = {}, {}

    def test_set(name):
        if name not in sets:
            data, sets[name] = real_dir / "data" / name, work / name
            table, images = data / "pad.csv", data / "images"
            if name == "pad_sample":
                table, images = upright(data, work / "upright")
            main_or_fail(
                *("import", "presentation-attack-csv", str(table), str(images)),
                *("--species-column=attack", "--bona-fide-label=live", "--attack-label=attack"),
                *("--box-columns", "x1", "y1", "x2", "y2", "--box-corners"),
                *(f"--name={name.replace('_', '-')}", f"--title={name}", f"--to={sets[name]}"),
            )
        return sets[name]

    def get(model, name, batch_size):
        key = (model, name, batch_size)
        if key not in made:
            out, models = work / f"{model}-{name}-{batch_size}", real_dir / "models"
            main_or_fail(
                *("run", f"--model={models / model}.onnx", f"--card={models / model}.json"),
                *(f"--test-set={test_set(name)}", f"--out={out}", "--speed-seconds=0"),
                *(f"--batch-size={batch_size}", "--keep-work", "--replicates=200"),
            )
            files = sorted((out / "work").glob("templates-*.npz"))
            given = concatenate([load_templates(path) for path in files])
            scores = scores_of(given.embeddings, load_card(models / f"{model}.json"))
            made[key] = load_result(out / "result.json").presentation_attack[0], scores
        return made[key]

    return get


@pytest.mark.parametrize("name", ["pad_simulated", "pad_sample"])
@pytest.mark.parametrize("model", PAD_MODELS)
def test_every_face_scores_as_the_reference(real_dir, pad_run, model, name):
    _, scores = pad_run(model, name, 32)
    with (real_dir / "data" / name / "reference_scores.csv").open(newline="") as file:
        expected = [float(row[model]) for row in csv.DictReader(file)]
    np.testing.assert_allclose(scores, expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", ["pad_simulated", "pad_sample"])
@pytest.mark.parametrize("model", PAD_MODELS)
def test_presentation_attack_figures_are_the_references(pad_run, reference, model, name):
    expected = reference[f"pad|{model}|{name}"]
    found, _ = pad_run(model, name, 32)
    assert (found.n_bona_fide, found.n_attacks) == (expected["live"], expected["attack"])
    assert found.pooled_apcer.value == pytest.approx(expected["apcer"], abs=1e-12)
    assert found.bpcer.value == pytest.approx(expected["bpcer"], abs=1e-12)
    assert found.pooled_acer == pytest.approx(expected["acer"], abs=1e-12)
    assert found.auc == pytest.approx(expected["auc"], abs=1e-9)
    assert found.eer == pytest.approx(expected["eer"], abs=1e-9)
    by_species = {one.species: one.apcer.value for one in found.species}
    assert by_species == pytest.approx(expected["apcer_by_attack"], abs=1e-12)
    for point in found.pooled_points:
        if point.bpcer is not None:
            wanted = expected[f"bpcer@apcer={point.target_apcer:g}"]
            assert point.bpcer.value == pytest.approx(wanted, abs=1e-12)


def test_the_worst_species_is_what_apcer_says(pad_run):
    found, _ = pad_run("minifasnet_v2", "pad_simulated", 32)
    assert (found.worst_species, found.apcer.errors, found.apcer.trials) == ("print", 7, 120)
    assert found.acer == pytest.approx((7 / 120 + 16 / 120) / 2)


def test_one_image_at_a_time_changes_only_the_model_that_looks_at_the_batch(pad_run):
    together, alone = (pad_run("minifasnet_v2", "pad_simulated", size)[1] for size in (32, 1))
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6)
    together, alone = (pad_run("minifas128_int8", "pad_simulated", size)[1] for size in (32, 1))
    assert np.abs(together - alone).max() > 0.1


@pytest.fixture(scope="session")
def quality_run(real_dir, real_set, work):
    """Judge lightqnet by the errors of a recogniser on LFW's crops."""
    made = {}

    def get(recogniser):
        if recogniser not in made:
            data, models = real_dir / "data" / "lfw_view1_test", real_dir / "models"
            folder, out = work / "lfw-quality", work / f"quality-{recogniser}"
            if not folder.exists():
                main_or_fail(
                    *("import", "pairs-csv", f"--samples={data / 'identities.csv'}"),
                    *(f"--images={data / 'aligned'}", "--image-kind=aligned"),
                    *("--sample-column=image", "--file-column=aligned"),
                    *("--subject-column=identity", f"--pairs={data / 'pairs.csv'}"),
                    *("--reference-column=image_a", "--probe-column=image_b"),
                    *("--mated-column=same", "--fold-column=fold", "--quality=pairs"),
                    *("--name=lfw-quality", "--title=LFW", f"--to={folder}"),
                )
            main_or_fail(
                *("run", f"--model={models / 'lightqnet_dm050'}.onnx"),
                *(f"--card={models / 'lightqnet_dm050'}.json", f"--test-set={folder}"),
                *(f"--recogniser={models / recogniser}.onnx", f"--out={out}"),
                *("--speed-seconds=0", "--replicates=200", "--keep-work"),
            )
            files = sorted((out / "work").glob("templates-[0-9]*.npz"))
            given = concatenate([load_templates(path) for path in files]).embeddings[:, 0]
            made[recogniser] = load_result(out / "result.json"), given
        return made[recogniser]

    return get


@pytest.mark.parametrize("recogniser", RECOGNISERS)
def test_errors_versus_discard_are_the_references(quality_run, reference, recogniser):
    key = f"quality|lightqnet_dm050 with {recogniser}|lfw_view1_test"
    expected = reference[key]["fnmr_by_rejected_share_of_genuine_pairs"]
    result, _ = quality_run(recogniser)
    point = next(one for one in result.quality[0].points if one.target_fmr == 0.01)
    found = {f"{one.discard:g}": one.fnmr.value for one in point.points}
    assert {share: found[share] for share in expected} == pytest.approx(expected, abs=1e-12)
    assert result.provenance.recogniser_sha256 is not None


def test_every_image_has_the_references_quality(real_dir, quality_run):
    path = real_dir / "data" / "lfw_view1_test" / "reference_quality.csv"
    with path.open(newline="") as file:
        expected = [float(row["lightqnet_dm050"]) for row in csv.DictReader(file)]
    np.testing.assert_allclose(quality_run(RECOGNISERS[0])[1], expected, rtol=0, atol=2e-6)


@pytest.fixture(scope="session")
def detection_run(real_dir, work):
    """Run a detector on the scenes, or on LFW's photographs with their stored landmarks."""
    made = {}

    def get(model, name):
        if (model, name) not in made:
            data, models = real_dir / "data" / name, real_dir / "models"
            folder, out = work / f"faces-{name}", work / f"{model}-faces-{name}"
            points = [f"{axis}{k}" for k in range(5) for axis in "xy"]
            marked = name != "scenes"
            if not folder.exists():
                columns = ("x1b", "y1b", "x2b", "y2b") if marked else ("x1", "y1", "x2", "y2")
                table = data / ("landmarks.csv" if marked else "boxes.csv")
                main_or_fail(
                    *("import", "detection-csv", str(table), str(data / "images")),
                    *("--box-columns", *columns, "--box-corners"),
                    *(("--landmark-columns", *points) if marked else ()),
                    *(f"--name={name.replace('_', '-')}", f"--title={name}", f"--to={folder}"),
                )
            main_or_fail(
                *("run", f"--model={models / model}.onnx", f"--card={models / model}.json"),
                *(f"--test-set={folder}", f"--out={out}", "--speed-seconds=0"),
                "--replicates=100",
            )
            made[model, name] = load_result(out / "result.json").detection[0]
        return made[model, name]

    return get


@pytest.mark.parametrize("model", DETECTORS)
def test_detection_figures_are_the_references(detection_run, reference, model):
    expected = reference[f"detect|{model}|scenes"]
    found = detection_run(model, "scenes")
    assert (found.n_images, found.n_faces) == (expected["images"], expected["faces"])
    assert found.threshold == expected["score_threshold"]
    assert found.average_precision == pytest.approx(expected["ap_iou0.5"], abs=1e-9)
    assert found.recall == pytest.approx(expected["recall_at_threshold"], abs=1e-12)
    assert found.precision == pytest.approx(expected["precision_at_threshold"], abs=1e-12)
    assert found.false_boxes.errors == expected["false_boxes_at_threshold"]
    bands = ("recall_height_0_16", "recall_height_16_32", "recall_height_32_up")
    for band, one in zip(bands, found.missed_by_height, strict=True):
        recall, faces = expected[band]
        assert one.missed.trials == faces
        assert 1 - one.missed.value == pytest.approx(recall, abs=1e-12)


def test_landmarks_of_the_detector_that_marked_the_set_are_where_it_put_them(
    detection_run, reference
):
    found = detection_run("yunet_n", "lfw_view1_test")
    expected = reference["detect|yunet_n|lfw_view1_test"]
    assert found.recall == expected["recall_iou0.5"] == 1
    assert found.landmarks.faces == 1549
    # Both are rounded to hundredths of a pixel, some 47 px between the eyes.
    assert found.landmarks.mean < 3e-4
    assert found.landmarks.above_tenth.errors == 0


def test_a_models_own_detector_does_as_the_reference_detector_does(
    real_dir, real_set, real_run, work
):
    models, out = real_dir / "models", work / "own-detector"
    card = json.loads((models / "mobileface_v1.json").read_text())
    card["detector"] = json.loads((models / "yunet_n.json").read_text())
    (work / "pipeline.json").write_text(json.dumps(card))
    main_or_fail(
        *("run", f"--model={models / 'mobileface_v1'}.onnx", f"--card={work / 'pipeline.json'}"),
        *(f"--own-detector={models / 'yunet_n'}.onnx", f"--out={out}", "--speed-seconds=0"),
        f"--test-set={real_set('orl', 'photographs')}",
    )
    own, by_reference = (
        load_result(out / "result.json"),
        real_run("mobileface_v1", "orl", "photographs").result,
    )
    assert own.verification == by_reference.verification
    assert own.provenance.detector_sha256 == by_reference.provenance.detector_sha256
    assert (own.provenance.detector_is, by_reference.provenance.detector_is) == (
        "own",
        "reference",
    )
