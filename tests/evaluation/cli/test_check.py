"""The check command, as a supplier runs it."""

import json

import pytest

from evaluation.cli import check
from evaluation.cli.dispatch import main
from evaluation.errors import SandboxUnavailableError
from evaluation.intake import CheckReport, Finding, check_model
from evaluation.sandbox import Layer, LayerPolicy
from tests.hostile.graphs import DIM, SIDE, linear

CARD = {
    "name": "made-up",
    "task": "embedding",
    "input": {"height": SIDE, "width": SIDE},
    "output": {"dim": DIM},
}


@pytest.fixture
def files(tmp_path):
    """Write a model and a card; return their paths as arguments."""

    def write(model, card=CARD):
        (tmp_path / "m.onnx").write_bytes(model)
        (tmp_path / "m.json").write_text(json.dumps(card))
        return [str(tmp_path / "m.onnx"), "--card", str(tmp_path / "m.json")]

    return write


@pytest.mark.sandbox
def test_an_honest_model_is_accepted_with_0(files, capsys):
    assert main(["check", *files(linear().SerializeToString())]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("\nAccepted.\n")
    assert "  pass  Output is finite" in printed
    assert "  on       seccomp: " in printed


@pytest.mark.sandbox
def test_a_bad_model_is_refused_with_1_a_sentence_and_what_to_do(files, capsys, tmp_path):
    report = tmp_path / "report.json"
    assert main(["check", *files(b"garbage"), "--json", str(report)]) == 1
    printed = capsys.readouterr().out
    assert "  FAIL  One ONNX model" in printed
    assert "Refused.\n  NOT-ONNX\n        The file is not a readable ONNX model." in printed
    assert "Export the model again" in printed
    assert json.loads(report.read_text())["refusal"]["code"] == "NOT-ONNX"


def test_a_bad_card_or_a_missing_file_ends_with_2(files, capsys, tmp_path):
    assert main(["check", *files(b"x", {"name": "m"})]) == 2
    assert "The model card cannot be used" in capsys.readouterr().err
    arguments = files(b"x")
    (tmp_path / "m.onnx").unlink()
    assert main(["check", *arguments]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "policy"),
    [([], LayerPolicy.REQUIRE_ALL), (["--allow-missing-layers"], LayerPolicy.REPORT_MISSING)],
)
def test_missing_layers_are_allowed_only_where_it_is_said(files, capsys, monkeypatch, more, policy):
    def refuse(*_, policy, **__):
        raise SandboxUnavailableError(f"policy was {policy}")

    monkeypatch.setattr("evaluation.intake.check_model", refuse)
    assert check_model is not refuse
    assert main(["check", *files(b"x"), *more]) == 2
    assert f"policy was {policy}" in capsys.readouterr().err


def test_a_missing_layer_is_plain_to_see():
    layers = (Layer("landlock", in_force=False, detail="Function not implemented"),)
    report = CheckReport("ab", 1, None, (Finding("Size of the file", passed=True),), layers)
    assert "  MISSING  landlock: Function not implemented" in check.render(report, "m.onnx")


def with_detector(card=CARD):
    detector = {"name": "d", "task": "detection", "decoder": "boxes", "input": {}}
    return {**card, "detector": {**detector, "output_names": ["s", "b", "p"]}}


@pytest.mark.sandbox
def test_a_models_own_detector_is_checked_too(files, tmp_path, capsys):
    (tmp_path / "d.onnx").write_bytes(b"garbage")
    report = tmp_path / "report.json"
    arguments = files(linear().SerializeToString(), with_detector())
    own = f"--own-detector={tmp_path / 'd.onnx'}"
    assert main(["check", *arguments, own, "--json", str(report)]) == 1
    printed = capsys.readouterr().out
    assert "m.onnx" in printed.splitlines()[0]
    assert "own detector d.onnx" in printed
    assert printed.count("Accepted.") == printed.count("Refused.") == 1
    document = json.loads(report.read_text())
    assert document["accepted"]
    assert document["own_detector"]["refusal"]["code"] == "NOT-ONNX"


def test_a_detector_without_its_card_or_file_is_named(files, tmp_path, capsys):
    (tmp_path / "d.onnx").write_bytes(b"x")
    assert main(["check", *files(b"x"), f"--own-detector={tmp_path / 'd.onnx'}"]) == 2
    assert "needs the detector's card inside the model's card" in capsys.readouterr().err
    assert main(["check", *files(b"x", with_detector())]) == 2
    assert "give --own-detector" in capsys.readouterr().err
