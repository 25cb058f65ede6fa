"""Names inside a model are inert: nothing opens, writes or prints them as they stand."""

import tempfile

import numpy as np
import pytest

from evaluation.intake import check_model, report_to_json
from evaluation.sandbox import SandboxedModel
from tests.hostile.graphs import DIM, SIDE, make_card
from tests.hostile.names import NAMES, named

pytestmark = pytest.mark.sandbox


@pytest.fixture
def ground(tmp_path, monkeypatch):
    """Stand in a folder of its own, with files that a name could reach, and watch around it."""
    here = tmp_path / "outer" / "inner"
    here.mkdir(parents=True)
    for place in (here, here.parent, tmp_path):
        (place / "etc").mkdir()
        (place / "model.onnx1").write_text("mine")
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_sound_model_with_any_names_is_accepted_and_nothing_is_written(ground, name):
    before = contents(ground)
    model = named(name).SerializeToString()
    report = check_model(model, make_card())
    assert report.accepted, report.findings[-1]
    with SandboxedModel(model) as running:
        (output,) = running.infer(np.zeros((2, 3, SIDE, SIDE), np.float32)).values()
    assert output.shape == (2, DIM)
    assert contents(ground) == before
    document = report_to_json(report)
    said = [*document["facts"]["inputs"], *document["facts"]["outputs"], *document["findings"]]
    for text in (text for one in said for text in one.values() if isinstance(text, str)):
        assert text.isprintable()
        assert len(text) < 500


def test_an_absolute_name_below_a_folder_that_can_be_written_makes_no_file(ground):
    before = contents(ground)
    assert check_model(named(str(ground / "absolute")).SerializeToString(), make_card()).accepted
    assert contents(ground) == before
