"""``import``, ``describe``, ``verify`` and ``schemas`` as a person uses them."""

import json
import pickle
import shutil

import numpy as np
import pytest

from evaluation.cli.dispatch import main
from evaluation.cli.terminal import table
from evaluation.testsets import (
    ImageKind,
    NewDetection,
    NewFace,
    NewPresentationAttack,
    NewSample,
    describe_test_set,
    open_test_set,
    write_test_set,
)

ABOUT = ["--name", "made-up", "--title", "Made up"]


@pytest.fixture
def source(tmp_path, png):
    """Four crops of two people as CSV, LFW tree and .bin."""
    root = tmp_path / "source"
    rows = []
    for number in range(4):
        person = "ab"[number // 2]
        name = f"{person}_{number % 2 + 1:04d}"
        image = png(np.full((112, 112, 3), number, np.uint8))
        (root / "tree" / person).mkdir(parents=True, exist_ok=True)
        (root / "tree" / person / f"{name}.png").write_bytes(image)
        rows.append(f"{name},{person}/{name}.png,{person},{'fm'[number // 2]}")
    (root / "people.csv").write_text("\n".join(["id,path,person,sex", *rows]))
    (root / "list.csv").write_text("one,two,same\na_0001,a_0002,1\na_0001,b_0001,0\n")
    (root / "pairs.txt").write_text("1\na\t1\t2\na\t1\tb\t1\n")
    return root


def csv_arguments(source, *more):
    return [
        "import", "pairs-csv", "--samples", str(source / "people.csv"), "--images", "tree",
        "--pairs", "list.csv", "--sample-column", "id", "--file-column", "path",
        "--subject-column", "person", "--reference-column", "one", "--probe-column", "two",
        "--mated-column", "same", "--attribute-column", "sex", "--image-kind", "aligned",
        *ABOUT, "--to", str(source / "set"), *more,
    ]  # fmt: skip


def test_csv_tables_are_found_beside_the_samples_and_imported(source, capsys):
    assert main(csv_arguments(source, "--all-pairs", "--licence", "research")) == 0
    test_set = open_test_set(source / "set")
    printed = capsys.readouterr().out
    assert "4 samples of 2 subjects, protocols pairs, all_pairs" in printed
    assert test_set.sha256 in printed
    assert test_set.manifest.licence == "research"
    assert test_set.manifest.personal_data


def test_a_synthetic_set_holds_no_personal_data(source):
    assert main(csv_arguments(source, "--synthetic")) == 0
    manifest = open_test_set(source / "set").manifest
    assert (manifest.synthetic, manifest.personal_data) == (True, False)


def test_an_lfw_tree_is_imported(source):
    arguments = ["import", "lfw", str(source / "tree"), str(source / "pairs.txt"), *ABOUT]
    assert main([*arguments, "--all-images", "--to", str(source / "set")]) == 0
    assert len(open_test_set(source / "set").samples) == 4


def test_an_identity_tree_is_imported(source):
    arguments = ["import", "identity-tree", str(source / "tree"), *ABOUT]
    assert main([*arguments, "--image-kind", "aligned", "--to", str(source / "set")]) == 0
    assert open_test_set(source / "set").n_subjects == 2


@pytest.mark.parametrize(("folds", "expected"), [("0", None), ("2", [0, 1])])
def test_an_insightface_bin_is_imported(source, folds, expected):
    images = [path.read_bytes() for path in sorted((source / "tree").rglob("*.png"))]
    (source / "lfw.bin").write_bytes(pickle.dumps((images, [True, True])))
    arguments = ["import", "insightface-bin", str(source / "lfw.bin"), *ABOUT, "--folds", folds]
    assert main([*arguments, "--to", str(source / "set")]) == 0
    fold = open_test_set(source / "set").protocol("pairs").fold
    assert (None if fold is None else fold.tolist()) == expected


def test_a_wrong_line_is_one_sentence_on_stderr_and_code_2(source, capsys):
    (source / "list.csv").write_text("one,two,same\na_0001,a_0002,0\n")
    assert main(csv_arguments(source)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"error: {source / 'list.csv'}, line 2: the pair is non-mated")
    assert printed.err.count("\n") == 1
    assert not (source / "set").exists()


def test_an_existing_destination_is_refused(source, capsys):
    (source / "set").mkdir()
    assert main(csv_arguments(source)) == 2
    assert "the destination exists already; choose another" in capsys.readouterr().err


def test_describe_counts_everything(source, capsys):
    main(csv_arguments(source, "--all-pairs"))
    capsys.readouterr()
    assert main(["describe", str(source / "set")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["subjects", "2"] in lines
    assert ["pairs", "pairs", "embedding", "1", "1", "none"] in lines
    assert ["all_pairs", "all", "pairs", "embedding", "2", "4", "7.50e-01"] in lines
    assert ["f", "2", "50.0%"] in lines


def test_describe_calls_presentations_by_their_own_words(tmp_path, png, capsys):
    face = np.zeros((112, 112, 3), dtype=np.uint8)
    samples = [NewSample(f"s{k}", png(face + k), ".png", f"p{k}") for k in range(3)]
    attacks = NewPresentationAttack("attacks", "Attacks", [("s0", ""), ("s1", "mask")])
    faces = NewDetection("faces", "Faces", [NewFace("s2", (0.0, 0.0, 5.0, 5.0))])
    write_test_set(
        tmp_path / "set",
        name="tiny",
        title="Tiny",
        image_kind=ImageKind.ALIGNED,
        samples=samples,
        protocols=[attacks, faces],
    )

    assert main(["describe", str(tmp_path / "set")]) == 0

    lines = capsys.readouterr().out.splitlines()
    [shown] = [line for line in lines if line.startswith("attacks")]
    assert " ".join(shown.split()) == (
        "attacks presentation attack pad none bona fide 1, attacks 1, attacks: mask 1"
    )
    [shown] = [line for line in lines if line.startswith("faces")]
    assert " ".join(shown.split()) == (
        "faces detection detection none faces 1, faces that do not count 0, images without a face 2"
    )


def test_describe_of_no_test_set_is_refused(tmp_path, capsys):
    assert main(["describe", str(tmp_path)]) == 2
    assert "this is no test set: it holds no manifest.json" in capsys.readouterr().err


def test_verify_says_that_all_is_well(source, capsys):
    main(csv_arguments(source))
    assert main(["verify", str(source / "set")]) == 0
    assert "everything is as its manifest says" in capsys.readouterr().out


def test_verify_reports_each_problem_and_ends_with_code_1(source, capsys):
    main(csv_arguments(source))
    test_set = open_test_set(source / "set")
    for index in (0, 2):
        (source / "set" / test_set.samples[index].file).write_bytes(b"changed")
    (source / "set" / "notes.txt").touch()
    assert main(["verify", str(source / "set")]) == 1
    printed = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0].rsplit("/", 1)[-1] for line in printed[:3]] == [
        "samples.csv, line 2", "samples.csv, line 4", "notes.txt",
    ]  # fmt: skip
    assert printed[3].endswith("3 found wrong")


def test_verify_of_a_missing_folder_cannot_be_done(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none")]) == 2
    assert "there is no such folder" in capsys.readouterr().err


def test_the_published_schemas_are_those_of_the_code(repo_root, tmp_path):
    assert main(["schemas", "--to", str(tmp_path)]) == 0
    published = repo_root / "docs" / "schemas"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in published.iterdir())
    for name in names:
        text = (tmp_path / name).read_text()
        assert json.loads(text)["type"] == "object"
        # Where this fails: python -m evaluation schemas
        assert (published / name).read_text() == text


def test_a_table_aligns_text_left_and_numbers_right():
    assert table(("name", "n"), [("a", "10"), ("long name", "9")]) == (
        "name        n\na          10\nlong name   9"
    )


@pytest.mark.real
def test_the_real_tables_import_without_rewriting_any(real_dir, tmp_path):
    folder = real_dir / "data" / "lfw_view1_test"
    code = main([
        "import", "pairs-csv", "--samples", str(folder / "identities.csv"), "--images", "aligned",
        "--sample-column", "image", "--file-column", "aligned", "--subject-column", "identity",
        "--pairs", "pairs.csv", "--reference-column", "image_a", "--probe-column", "image_b",
        "--mated-column", "same", "--fold-column", "fold", "--all-pairs",
        "--image-kind", "aligned", *ABOUT, "--to", str(tmp_path / "set"),
    ])  # fmt: skip
    assert code == 0
    test_set = open_test_set(tmp_path / "set")
    # Figures of the set's own description and of the independent program.
    assert (len(test_set.samples), test_set.n_subjects) == (1549, 963)
    pairs = test_set.protocol("pairs")
    assert (int(pairs.mated.sum()), pairs.mated.size) == (500, 1000)
    assert np.bincount(pairs.fold).tolist() == [100] * 10
    everything = describe_test_set(test_set).protocols[1]
    assert (everything.n_mated, everything.n_non_mated) == (983, 1197943)
    shutil.rmtree(tmp_path / "set")
