"""Whole checks in a real child: reports, warnings, mutated files, real models."""

import hashlib
import json

import numpy as np
import pytest

from evaluation.card import load_card
from evaluation.catalogue import CATALOGUE
from evaluation.errors import SandboxUnavailableError
from evaluation.intake import check_model, report_to_json
from evaluation.intake.structure import NEWEST_IR_VERSION, NEWEST_OPSET, OLDEST_OPSET
from evaluation.sandbox import Limits, missing_layers
from tests.hostile.graphs import fixed_batch, linear, make_card, with_ballast

REAL_MODELS = (
    "lightqnet_dm050",
    "minifas128_int8",
    "minifasnet_v2",
    "mobileface_v1",
    "mobileface_v3",
    "mobilefacenet_foamliu",
    "ultralight_rfb320",
    "yunet_n",
)
N_MUTANTS = 24

sandbox = pytest.mark.sandbox


@sandbox
def test_the_report_of_an_honest_model_is_whole():
    model = linear().SerializeToString()
    report = check_model(model, make_card())
    assert report.accepted
    assert report.refusal is None
    assert report.sha256 == hashlib.sha256(model).hexdigest()
    assert report.size_bytes == len(model)
    assert report.facts.operators == ("Flatten", "MatMul")
    assert missing_layers(report.layers) == ()
    assert len(report.findings) == 17
    document = json.loads(json.dumps(report_to_json(report)))
    assert document["accepted"] is True
    assert document["facts"]["inputs"][0]["shape"] == ["batch", 3, 16, 16]


@sandbox
@pytest.mark.parametrize("size", [1, 3])
def test_a_fixed_batch_is_accepted(size):
    assert check_model(fixed_batch(size).SerializeToString(), make_card()).accepted


@sandbox
@pytest.mark.parametrize(
    ("opset", "ir_version"), [(OLDEST_OPSET, 3), (NEWEST_OPSET, NEWEST_IR_VERSION)]
)
def test_the_oldest_and_the_newest_version_of_onnx_really_run(opset, ir_version):
    model = linear(opset=opset, ir_version=ir_version)
    assert check_model(model.SerializeToString(), make_card()).accepted


@sandbox
def test_fields_of_the_card_that_are_not_used_are_told_and_do_no_harm():
    report = check_model(linear().SerializeToString(), make_card(templat=[1, 2]))
    assert report.accepted
    assert report.findings[0].detail == "not used: templat"


@sandbox
def test_a_refusal_ends_in_the_report_as_code_sentence_and_action():
    document = report_to_json(check_model(b"garbage", make_card()))
    assert document["accepted"] is False
    refusal = CATALOGUE["NOT-ONNX"]
    assert document["refusal"] == {
        "code": "NOT-ONNX",
        "sentence": refusal.sentence,
        "action": refusal.action,
    }
    assert document["facts"] is None
    assert document["findings"][-1]["check"] == "One ONNX model"


def test_a_file_that_its_first_bytes_betray_needs_no_child():
    groups = []
    report = check_model(b"PK\x03\x04rest", make_card(), on_start=groups.append)
    assert report.refusal.code == "FILE-ARCHIVE"
    assert (groups, report.layers) == ([], ())


@sandbox
def test_the_platforms_fault_is_not_the_models():
    with pytest.raises(SandboxUnavailableError):
        check_model(linear().SerializeToString(), make_card(), limits=Limits(start_seconds=0.0))


def mutate(model, rng):
    """Flip, cut, double or overwrite a few places of a file."""
    changed = bytearray(model)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, len(changed)))
        how = rng.integers(0, 4)
        if how == 0:
            changed[at] ^= 1 << int(rng.integers(0, 8))
        elif how == 1:
            del changed[at : at + int(rng.integers(1, 40))]
        elif how == 2:
            changed[at:at] = changed[at : at + int(rng.integers(1, 40))]
        else:
            changed[at] = int(rng.choice([0, 1, 127, 128, 255]))
    return bytes(changed)


@sandbox
@pytest.mark.parametrize("seed", range(N_MUTANTS))
def test_a_damaged_model_is_refused_by_a_code_or_still_sound(seed):
    rng = np.random.default_rng(seed)
    # Small weights, so that the damage lands in the graph and not in the numbers.
    model = linear()
    model.graph.initializer[0].raw_data = b""
    head = model.SerializeToString()
    mutant = mutate(head if seed % 2 else linear().SerializeToString()[:400] + head, rng)
    report = check_model(mutant, make_card(), limits=Limits(batch_seconds=10, load_seconds=10))
    assert report.accepted or report.refusal.code in CATALOGUE


@sandbox
@pytest.mark.parametrize("mebibytes", [64, 128, 192, 256, 288, 320, 1024])
def test_a_sound_model_that_lacks_memory_at_any_step_is_told_so(mebibytes):
    report = check_model(
        with_ballast(1 << 26).SerializeToString(),
        make_card(),
        limits=Limits(memory_bytes=mebibytes << 20),
    )
    refusal = report.refusal.code if report.refusal else None
    assert refusal in {64: ("MODEL-MEMORY",), 1024: (None,)}.get(mebibytes, (None, "MODEL-MEMORY"))


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_MODELS)
def test_real_models_are_accepted(real_dir, name):
    folder = real_dir / "models"
    model = (folder / f"{name}.onnx").read_bytes()
    report = check_model(model, load_card(folder / f"{name}.json"), limits=Limits(threads=2))
    assert report.accepted, report.findings[-1]
    assert missing_layers(report.layers) == ()


@pytest.mark.real
def test_a_real_model_with_another_models_card_is_refused(real_dir):
    folder = real_dir / "models"
    model = (folder / "mobileface_v3.onnx").read_bytes()
    report = check_model(model, load_card(folder / "mobileface_v1.json"))
    codes = [finding.refusal.code for finding in report.findings if finding.refusal]
    assert codes == ["INPUT-SHAPE", "OUTPUT-NAME"]
