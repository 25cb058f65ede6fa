"""Further protocols that one import adds on the same samples."""

import numpy as np
import pytest

from evaluation.cli.dispatch import main
from evaluation.testsets import open_test_set

PERSON_OF = {"a": "ann", "b": "ann", "c": "bob"}


@pytest.fixture
def bring(tmp_path, png, capsys):
    """Import three crops of two people with a table of two pairs."""
    for number, name in enumerate(PERSON_OF):
        (tmp_path / f"{name}.png").write_bytes(png(np.full((112, 112, 3), number, np.uint8)))
    rows = [f"{name},{name}.png,{person}" for name, person in PERSON_OF.items()]
    (tmp_path / "samples.csv").write_text("\n".join(["sample,file,subject", *rows]))
    (tmp_path / "pairs.csv").write_text("reference,probe,mated\na,b,1\na,c,0\n")

    def make(*more):
        code = main([
            "import", "pairs-csv", "--samples", str(tmp_path / "samples.csv"),
            "--images", str(tmp_path), "--pairs", "pairs.csv", "--image-kind", "aligned",
            "--name", "three", "--title", "Three", "--to", str(tmp_path / "set"), *more,
        ])  # fmt: skip
        return code, capsys.readouterr().err, tmp_path / "set"

    return make


def test_one_import_adds_each_protocol_asked_for(bring):
    code, _, to = bring(
        "--all-pairs", "--leave-one-out", "--quality", "pairs", "--quality", "all_pairs",
        "--robustness", "pairs", "--condition", "blur=2,4", "--condition", "mask=0.5",
    )  # fmt: skip
    assert code == 0
    entries = {entry.name: entry for entry in open_test_set(to).manifest.protocols}
    assert list(entries) == [
        "pairs", "all_pairs", "leave_one_out", "pairs_robustness", "pairs_quality",
        "all_pairs_quality",
    ]  # fmt: skip
    assert [entry.base for entry in entries.values()] == [
        None, None, None, "pairs", "pairs", "all_pairs",
    ]  # fmt: skip
    conditions = [(one.condition, one.steps) for one in entries["pairs_robustness"].conditions]
    assert conditions == [("blur", (2, 4)), ("mask", (0.5,))]


def test_robustness_has_every_condition_unless_some_are_named(bring):
    _, _, to = bring("--robustness", "pairs")
    [_, entry] = open_test_set(to).manifest.protocols
    assert len(entry.conditions) == 10


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--quality", "pears"], "there is no pairs or all_pairs protocol 'pears'"),
        (["--robustness", "leave_one_out", "--leave-one-out"], "no pairs or all_pairs protocol"),
        (["--quality", "pairs", "--quality", "pairs"], "two protocols have the same name"),
        (["--condition", "fog=1"], "there is no condition 'fog'; there are inter_eye_distance"),
        (["--condition", "mask=2"], "steps of mask lie from 0 to 1"),
        (
            ["--robustness", "pairs", "--condition", "blur=1", "--condition", "blur=2"],
            "a condition is named twice",
        ),
    ],
)
def test_what_cannot_be_added_is_one_sentence(bring, more, sentence):
    code, printed, to = bring(*more)
    assert code == 2
    assert sentence in printed
    assert printed.count("\n") == 1
    assert not to.exists()


@pytest.mark.parametrize("value", ["blur", "blur=", "blur=x", "blur=1,,2"])
def test_steps_that_are_no_numbers_are_a_usage_error(bring, capsys, value):
    with pytest.raises(SystemExit) as end:
        bring("--condition", value)
    assert end.value.code == 2
    assert "argument --condition: invalid" in capsys.readouterr().err


@pytest.mark.real
def test_the_real_set_gets_pairs_searches_and_quality_in_one_import(real_dir, tmp_path):
    folder = real_dir / "data" / "lfw_view1_test"
    code = main([
        "import", "pairs-csv", "--samples", str(folder / "identities.csv"), "--images", "images",
        "--sample-column", "image", "--file-column", "image", "--subject-column", "identity",
        "--pairs", "pairs.csv", "--reference-column", "image_a", "--probe-column", "image_b",
        "--mated-column", "same", "--fold-column", "fold", "--landmarks", "landmarks.csv",
        "--all-pairs", "--leave-one-out", "--quality", "pairs", "--robustness", "pairs",
        "--name", "lfw-view1", "--title", "LFW View 1", "--to", str(tmp_path / "set"),
    ])  # fmt: skip
    assert code == 0
    test_set = open_test_set(tmp_path / "set")
    assert [protocol.name for protocol in test_set.protocols] == [
        "pairs", "all_pairs", "leave_one_out", "pairs_robustness", "pairs_quality",
    ]  # fmt: skip
    assert all(sample.landmarks is not None for sample in test_set.samples)
