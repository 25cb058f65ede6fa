"""Every change to a package is found, and named by file and line."""

import json

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewAllPairs, NewSample, open_test_set
from tests.evaluation.testsets.changing import change, line_wrong


def test_a_changed_table_is_found_by_its_hash(write):
    root = write().root
    change(root, "samples.csv", lambda text: text.replace("p1", "p9"), rehash=False)
    with pytest.raises(TestSetError, match=r"samples.csv: the table was changed") as caught:
        open_test_set(root)
    assert caught.value.path == root / "samples.csv"


SAMPLES = [
    (3, "s1", "s0", "sample 's0' stands already on line 2"),
    (2, "images/", "../", "is not a path inside images/"),
    (2, "images/0000", "images/../..", "is not a path inside images/"),
    (2, "images/", "/images/", "is not a path inside images/"),
    (2, "images/", "tables/", "is not a path inside images/"),
    (4, ".png,", ".png,F", "sha256 is not 64 lower-case hexadecimal digits"),
    (4, ",p1", ",", "subject is empty"),
    (4, ",p1", ", p1", "begins or ends with a space"),
    (4, ",p1", ",p1,more", "5 fields instead of 4"),
    (4, ",p1", "", "3 fields instead of 4"),
    (1, "subject", "person", "there is no column 'subject'"),
    (1, "sha256", "file", "two columns have the same name"),
    (5, "s3", "s\x07", "sample holds a control character"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), SAMPLES)
def test_a_wrong_line_of_the_samples_is_named(write, line, old, new, message):
    root = write().root
    change(root, "samples.csv", line_wrong(line, old, new))
    with pytest.raises(TestSetError) as caught:
        open_test_set(root)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (root / "samples.csv", line)


PAIRS = [
    (2, "s1", "s9", "probe 's9' is not in samples.csv"),
    (2, ",1,0", ",2,0", "mated is '2', not 1/0, true/false or yes/no"),
    (2, ",1,0", ",0,0", "the pair is non-mated, but of one subject"),
    (3, ",0,1", ",1,1", "the pair is mated, but the subjects differ"),
    (3, ",0,1", ",0,-1", "fold is '-1', not a whole number from 0 to 999"),
    (3, ",0,1", ",0,1000", "not a whole number"),
    (2, "s0,s1", "s1,s1", "the pair compares 's1' with itself"),
    (1, "mated", "same", "there is no column 'mated'"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), PAIRS)
def test_a_wrong_line_of_the_pairs_is_named(write, line, old, new, message):
    root = write().root
    change(root, "protocols/pairs.csv", line_wrong(line, old, new))
    with pytest.raises(TestSetError) as caught:
        open_test_set(root)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (root / "protocols/pairs.csv", line)


BOXES = [
    (2, ",10.5,", ",,", "box_x is '', not a number"),
    (2, ",30.0", ",0", "a box of 20 x 0 px has no area"),
    (2, ",20.0,", ",-20,", "a box of -20 x 30 px has no area"),
    (1, "box_y", "y", "there is no column 'box_y'"),
]


@pytest.fixture
def boxed(write, crop):
    box = (10.5, -2.0, 20.0, 30.0)
    samples = [NewSample(f"s{i}", crop(i), ".png", f"p{i}", box=box) for i in range(2)]
    samples.append(NewSample("s2", crop(2), ".png", "p0"))
    return write(samples=samples, protocols=[NewAllPairs("all_pairs", "All pairs")])


def test_boxes_are_read_as_they_were_written(boxed):
    assert boxed.manifest.boxes
    assert [sample.box for sample in open_test_set(boxed.root).samples] == [
        (10.5, -2.0, 20.0, 30.0),
        (10.5, -2.0, 20.0, 30.0),
        None,
    ]


@pytest.mark.parametrize(("line", "old", "new", "message"), BOXES)
def test_a_wrong_box_is_named(boxed, line, old, new, message):
    change(boxed.root, "samples.csv", line_wrong(line, old, new))
    with pytest.raises(TestSetError) as caught:
        open_test_set(boxed.root)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (boxed.root / "samples.csv", line)


def test_a_sample_may_lack_landmarks_but_not_some_of_them(write, make_test_set):
    root = make_test_set(4, 2, landmarks=np.arange(10.0).reshape(5, 2)).root
    change(root, "samples.csv", lambda text: text.replace(",9.0\n", ",\n", 1))
    with pytest.raises(TestSetError, match=r"line 2: y4 is '', not a number"):
        open_test_set(root)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("schema_version", 2, "schema_version: Input should be 1"),
        ("name", "../x", "name: String should match"),
        ("image_kind", "drawing", "image_kind"),
        ("tables", {}, "tables must be exactly protocols/pairs.csv, samples.csv"),
        ("surprise", 1, "surprise: Extra inputs are not permitted"),
        ("protocols", [{"name": "../../x", "title": "X", "kind": "pairs"}], "should match"),
        ("attributes", ["age", "age"], "two attributes have the same name"),
    ],
)
def test_a_wrong_manifest_is_refused(write, field, value, message):
    path = write().root / "manifest.json"
    document = {**json.loads(path.read_text()), field: value}
    path.write_text(json.dumps(document))
    with pytest.raises(TestSetError) as caught:
        open_test_set(path.parent)
    assert message in str(caught.value)


def test_a_manifest_that_promises_other_rows_is_refused(write):
    path = write().root / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 6', '"rows": 5'))
    with pytest.raises(TestSetError, match="6 rows instead of the 5"):
        open_test_set(path.parent)


def test_a_manifest_that_is_no_json_is_refused(write):
    path = write().root / "manifest.json"
    path.write_text("{")
    with pytest.raises(TestSetError, match="Invalid JSON"):
        open_test_set(path.parent)


def test_a_folder_without_a_manifest_is_no_test_set(tmp_path):
    with pytest.raises(TestSetError, match=r"it holds no manifest\.json"):
        open_test_set(tmp_path)


def test_a_missing_table_is_named(write):
    root = write().root
    (root / "samples.csv").unlink()
    with pytest.raises(TestSetError, match=r"samples\.csv: the file cannot be read: No such file"):
        open_test_set(root)


def test_an_unknown_protocol_is_refused_with_the_known_ones(write):
    with pytest.raises(TestSetError, match="no protocol 'x'; there are pairs, all_pairs"):
        write().protocol("x")


def test_a_changed_image_is_refused_when_read(write, crop):
    test_set = write()
    (test_set.root / test_set.samples[2].file).write_bytes(crop(77))
    with pytest.raises(TestSetError, match="the image of sample 's2' was changed"):
        test_set.read_image(2)


def test_an_image_replaced_by_a_link_out_of_the_package_is_refused(write, tmp_path, crop):
    test_set = write()
    outside = tmp_path / "outside.png"
    outside.write_bytes(crop(2))
    image = test_set.root / test_set.samples[2].file
    image.unlink()
    image.symlink_to(outside)
    with pytest.raises(TestSetError, match="symbolic link leads out"):
        test_set.read_image(2)
