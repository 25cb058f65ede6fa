"""The meta triple of IJB-C with its loose crops, as InsightFace publishes it."""

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_ijb
from evaluation.testsets.manifest import Pooling

# Template 11 has a photograph and two frames of one video; 1 and 20 are mated with it by way
# of two trials, 30 is somebody else.
FACES = """1.jpg 1 69544
2.jpg 11 3720
3.jpg 11 11052
4.jpg 11 11052
5.jpg 20 702
6.jpg 30 88
"""
PAIRS = """1 11 1
1 30 0
20 11 1
30 20 0
"""
POINTS = """1.jpg 46.060 62.026 87.785 60.323 68.851 77.656 52.162 99.875 86.450 98.648 0.999
2.jpg 40 60 80 60 60 80 45 99 75 99 0.5
3.jpg 41 60 80 60 60 80 45 99 75 99 0.75
4.jpg 42 60 80 60 60 80 45 99 75 99 1
5.jpg 43 60 80 60 60 80 45 99 75 99 0.1
6.jpg 44 60 80 60 60 80 45 99 75 99 0.998
"""


@pytest.fixture
def source(plant):
    return plant(
        {
            "meta/ijbc_face_tid_mid.txt": FACES,
            "meta/ijbc_template_pair_label.txt": PAIRS,
            "meta/ijbc_name_5pts_score.txt": POINTS,
            **{f"loose_crop/{number}.jpg": None for number in range(1, 7)},
        }
    )


def test_faces_templates_media_and_trials_are_those_of_the_files(source):
    found = read_ijb(source)
    [protocol] = found.protocols
    assert protocol.members == [
        ("1", "1.jpg", "69544"), ("11", "2.jpg", "3720"), ("11", "3.jpg", "11052"),
        ("11", "4.jpg", "11052"), ("20", "5.jpg", "702"), ("30", "6.jpg", "88"),
    ]  # fmt: skip
    assert (protocol.reference, protocol.probe) == (
        ["1", "1", "20", "30"],
        ["11", "30", "11", "20"],
    )
    samples = list(found.samples)
    assert [(one.sample, one.subject) for one in samples] == [
        ("1.jpg", "subject-1"), ("2.jpg", "subject-1"), ("3.jpg", "subject-1"),
        ("4.jpg", "subject-1"), ("5.jpg", "subject-1"), ("6.jpg", "subject-30"),
    ]  # fmt: skip
    np.testing.assert_array_equal(
        samples[0].landmarks,
        [(46.06, 62.026), (87.785, 60.323), (68.851, 77.656), (52.162, 99.875), (86.45, 98.648)],
    )
    scores = [one.attributes["detector_score"] for one in samples]
    assert scores == ["0.999", "0.5", "0.75", "1", "0.1", "0.998"]
    assert found.attributes == ("detector_score",)
    assert not found.subjects_known


def test_pooling_is_stored_as_it_was_asked_for(source):
    assert read_ijb(source).protocols[0].pooling == Pooling()
    asked = Pooling(normalise_first=False, weigh_by_detector_score=True)
    assert read_ijb(source, pooling=asked).protocols[0].pooling == asked


def test_an_image_in_two_templates_is_one_sample_and_makes_them_one_subject(source):
    for name, line in (
        ("face_tid_mid", "1.jpg 30 5\n"),
        ("name_5pts_score", POINTS.split("\n")[0]),
    ):
        with (source / "meta" / f"ijbc_{name}.txt").open("a") as stream:
            stream.write(line)
    pairs = source / "meta" / "ijbc_template_pair_label.txt"
    pairs.write_text("20 11 1\n20 30 0\n")
    found = read_ijb(source)
    assert [one.subject for one in found.samples] == [
        "subject-1", "subject-11", "subject-11", "subject-11", "subject-11", "subject-1",
    ]  # fmt: skip
    assert found.protocols[0].members[-1] == ("30", "1.jpg", "5")
    pairs.write_text("20 11 1\n30 1 0\n")
    with pytest.raises(TestSetError, match=r"label.txt, line 2: the pair is non-mated, but"):
        read_ijb(source)


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "message"),
    [
        ("face_tid_mid", 2, " 3720", "", "the line has 2 fields instead of 3"),
        ("face_tid_mid", 2, " 11 ", " x ", "the template is 'x', not a whole number"),
        ("face_tid_mid", 3, "11052", "-1", "the medium is '-1', not a whole number"),
        ("face_tid_mid", 4, "4.jpg", "3.jpg", "'3.jpg' stands in template 11 on line 3 too"),
        ("template_pair_label", 2, "30", "31", "template 31 has no image in ijbc_face_tid_mid.txt"),
        ("template_pair_label", 2, "1 30", "7 30", "template 7 has no image"),
        ("template_pair_label", 3, " 1", "", "the line has 1 fields instead of 3"),
        ("template_pair_label", 3, "20", "2o", "something else than whole numbers"),
        ("template_pair_label", 4, "30 20", "20 20", "compares a template with itself"),
        ("template_pair_label", 4, "0", "2", "template 32 has no image"),
        ("template_pair_label", 1, "1 11 1", "1 11 2", "the third field is neither 0 nor 1"),
        ("template_pair_label", 4, "30 20 0", "1 20 0", "mated pairs make its templates one"),
        ("name_5pts_score", 2, " 0.5", "", "the line has 11 fields instead of 12"),
        ("name_5pts_score", 2, "0.5", "high", "the detector's score is 'high', not a number"),
        ("name_5pts_score", 2, "80", "nan", "the landmark is 'nan', not a finite number"),
        ("name_5pts_score", 2, "2.jpg", "3.jpg", "about '3.jpg', but the list of faces has '2.j"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(source, change_line, file, line, old, new, message):
    path = source / "meta" / f"ijbc_{file}.txt"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read_ijb(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_score_for_no_face_and_a_face_without_score_are_refused(source):
    path = source / "meta" / "ijbc_name_5pts_score.txt"
    path.write_text(POINTS + POINTS.split("\n")[0].replace("1.jpg", "7.jpg"))
    with pytest.raises(TestSetError, match=r"line 7: .*'7.jpg', but the list of faces has nothing"):
        list(read_ijb(source).samples)
    path.write_text("".join(POINTS.splitlines(keepends=True)[:4]))
    with pytest.raises(TestSetError, match=r"score.txt: the file ends after 4 of the 6 faces"):
        list(read_ijb(source).samples)


@pytest.mark.parametrize("file", ["template_pair_label", "name_5pts_score"])
def test_a_missing_file_is_named(source, file):
    (source / "meta" / f"ijbc_{file}.txt").unlink()
    with pytest.raises(TestSetError, match=rf"ijbc_{file}.txt: the file .*(missing|No such file)"):
        read_ijb(source)


def test_there_is_one_list_of_faces(source):
    (source / "meta" / "ijbb_face_tid_mid.txt").write_text(FACES)
    with pytest.raises(TestSetError, match=r"meta: there must be one file \*_face_tid_mid.txt"):
        read_ijb(source)


@pytest.mark.parametrize("file", ["face_tid_mid", "template_pair_label", "name_5pts_score"])
def test_an_empty_file_is_refused(source, file):
    path = source / "meta" / f"ijbc_{file}.txt"
    path.write_text("\n")
    with pytest.raises(TestSetError, match=rf"ijbc_{file}.txt: the file is empty"):
        list(read_ijb(source).samples)


def test_an_image_that_is_missing_or_elsewhere_is_named_by_its_line(source, tmp_path, crop):
    image = source / "loose_crop" / "4.jpg"
    image.unlink()
    with pytest.raises(TestSetError, match=r"score.txt, line 4: image '4.jpg': .* is missing"):
        list(read_ijb(source).samples)
    (tmp_path / "secret.jpg").write_bytes(crop())
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"line 4: .* a symbolic link leads out"):
        list(read_ijb(source).samples)
    for file in ("face_tid_mid", "name_5pts_score"):
        path = source / "meta" / f"ijbc_{file}.txt"
        path.write_text(path.read_text().replace("4.jpg", "../4.jpg"))
    with pytest.raises(TestSetError, match=r"line 4: image '../4.jpg': .* leads out of its folder"):
        list(read_ijb(source).samples)
