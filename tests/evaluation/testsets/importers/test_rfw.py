"""Racial Faces in-the-Wild: groups, trials, folds and landmarks."""

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_rfw

AFRICAN = """m.01\t1\t2
m.01\t1\tm.02\t1
m.02\t1\t2
m.02\t2\tm.01\t2
"""
INDIAN = """m.03\t1\t2
m.03\t2\tm.01\t1
"""


def points(group, *images):
    return "".join(
        f"/test/data/{group}/{image[:4]}/{image}.jpg\t{number}\t1.5\t2\t3\t4\t5\t6\t7\t8\t9\t10\n"
        for number, image in enumerate(images)
    )


@pytest.fixture
def source(plant):
    african = ("m.01_0001", "m.01_0002", "m.02_0001", "m.02_0002")
    indian = ("m.03_0001", "m.03_0002", "m.01_0001")
    return plant(
        {
            "test/txts/African/African_pairs.txt": AFRICAN,
            "test/txts/African/African_lmk.txt": points("African", *african),
            "test/txts/Indian/Indian_pairs.txt": INDIAN,
            "test/txts/Indian/Indian_lmk.txt": points("Indian", *indian),
            **{f"test/data/African/{image[:4]}/{image}.jpg": None for image in african},
            **{f"test/data/Indian/{image[:4]}/{image}.jpg": None for image in indian},
        }
    )


def test_each_group_has_its_protocol_and_one_holds_all(source):
    found = read_rfw(source, folds=2)
    everything, african, indian = found.protocols
    assert [one.name for one in found.protocols] == ["pairs", "pairs_african", "pairs_indian"]
    assert african.rows == [
        ("African/m.01/m.01_0001.jpg", "African/m.01/m.01_0002.jpg", True, 0),
        ("African/m.01/m.01_0001.jpg", "African/m.02/m.02_0001.jpg", False, 0),
        ("African/m.02/m.02_0001.jpg", "African/m.02/m.02_0002.jpg", True, 1),
        ("African/m.02/m.02_0002.jpg", "African/m.01/m.01_0002.jpg", False, 1),
    ]
    assert [row[2:] for row in indian.rows] == [(True, 0), (False, 1)]
    assert everything.rows == [*african.rows, *indian.rows]


def test_images_have_their_group_and_landmarks_and_a_person_in_two_groups_is_one(source):
    found = read_rfw(source / "test", folds=None)
    samples = {one.sample: one for one in found.samples}
    assert len(samples) == 7
    assert found.attributes == ("ethnicity",)
    twice = [samples[f"{group}/m.01/m.01_0001.jpg"] for group in ("African", "Indian")]
    assert [one.attributes["ethnicity"] for one in twice] == ["African", "Indian"]
    assert [one.subject for one in twice] == ["m.01", "m.01"]
    np.testing.assert_array_equal(twice[0].landmarks, [(1.5, 2), (3, 4), (5, 6), (7, 8), (9, 10)])
    assert {row[3] for row in found.protocols[0].rows} == {None}


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "message"),
    [
        ("African_pairs", 1, "\t2", "", "a mated pair needs 3 fields here, not 2"),
        ("African_pairs", 2, "m.02\t1", "m.02\t1\t1", "a non-mated pair needs 4 fields here, not"),
        ("African_pairs", 1, "\t2", "\ttwo", "the number of an image is not a whole number"),
        ("African_pairs", 1, "\t2", "\t7", "there is no image m.01/m.01_0007 (.jpg"),
        ("African_pairs", 1, "m.01", "../m.01", "a person's name would lead out of the tree"),
        ("African_pairs", 2, "m.02", "m.01", "a non-mated pair names 'm.01' twice"),
        ("African_lmk", 2, "\t10", "", "the line has 11 fields instead of 12"),
        ("African_lmk", 2, "\t10", "\tx", "the landmark is 'x', not a number"),
        ("African_lmk", 2, "African", "Asian", "does not lie in the folder of African"),
        ("African_lmk", 2, "m.01_0002", "m.01_0001", "'m.01/m.01_0001.jpg' has landmarks already"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(source, change_line, file, line, old, new, message):
    path = source / "test" / "txts" / "African" / f"{file}.txt"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read_rfw(source, folds=2).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


def test_an_image_without_landmarks_is_named_by_the_pair_that_needs_it(source, change_line):
    change_line(source / "test/txts/Indian/Indian_lmk.txt", 3, "m.01_0001", "m.01_0009")
    with pytest.raises(TestSetError, match=r"Indian_pairs.txt, line 2: there are no landmarks of"):
        list(read_rfw(source, folds=2).samples)


@pytest.mark.parametrize("file", ["pairs", "lmk"])
def test_a_missing_empty_or_foreign_list_is_named(source, file):
    path = source / "test" / "txts" / "Indian" / f"Indian_{file}.txt"
    path.write_bytes(b"\n")
    with pytest.raises(TestSetError, match=rf"Indian_{file}.txt: the file is empty"):
        read_rfw(source)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TestSetError, match=rf"Indian_{file}.txt, line 1: this is not UTF-8 text"):
        read_rfw(source)
    path.unlink()
    with pytest.raises(TestSetError, match=rf"Indian_{file}.txt: the file cannot be read"):
        read_rfw(source)


def test_more_folds_than_pairs_are_refused(source):
    with pytest.raises(TestSetError, match=r"African_pairs.txt: 4 pairs cannot be cut into 10"):
        read_rfw(source)


def test_a_folder_without_groups_is_refused(tmp_path):
    with pytest.raises(TestSetError, match="txts: there is no such folder"):
        read_rfw(tmp_path)
    (tmp_path / "txts").mkdir()
    with pytest.raises(TestSetError, match="txts: there is no folder of a group"):
        read_rfw(tmp_path)


def test_a_link_out_of_the_images_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    image = source / "test/data/Indian/m.03/m.03_0002.jpg"
    image.unlink()
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"Indian_pairs.txt, line 1: .* symbolic link leads out"):
        list(read_rfw(source, folds=2).samples)
