"""Celebrities in Frontal-Profile: numbered images, and folds of same and different people."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_cfp

FRONTAL = """1 ../Data/Images/001/frontal/01.jpg
2 ../Data/Images/001/frontal/02.jpg
3 ../Data/Images/002/frontal/01.jpg
4 ../Data/Images/003/frontal/01.jpg
"""
PROFILE = """1 ../Data/Images/001/profile/01.jpg
2 ../Data/Images/002/profile/01.jpg
"""


@pytest.fixture
def source(plant):
    lines = (FRONTAL + PROFILE).split("\n")[:-1]
    return plant(
        {
            "Protocol/Pair_list_F.txt": FRONTAL,
            "Protocol/Pair_list_P.txt": PROFILE,
            "Protocol/Split/FP/01/same.txt": "1,1\n2,1\n",
            "Protocol/Split/FP/01/diff.txt": "1,2\n",
            "Protocol/Split/FP/02/same.txt": "3,2\n",
            "Protocol/Split/FP/02/diff.txt": "3,1\n",
            "Protocol/Split/FF/01/same.txt": "1,2\n",
            "Protocol/Split/FF/01/diff.txt": "2,3\n",
            **{line.split("../")[1]: None for line in lines},
        }
    )


def test_both_protocols_are_those_of_the_lists(source):
    both_frontal, frontal_profile = read_cfp(source).protocols
    assert (both_frontal.name, frontal_profile.name) == ("frontal_frontal", "frontal_profile")
    assert frontal_profile.rows == [
        ("Data/Images/001/frontal/01.jpg", "Data/Images/001/profile/01.jpg", True, 0),
        ("Data/Images/001/frontal/02.jpg", "Data/Images/001/profile/01.jpg", True, 0),
        ("Data/Images/001/frontal/01.jpg", "Data/Images/002/profile/01.jpg", False, 0),
        ("Data/Images/002/frontal/01.jpg", "Data/Images/002/profile/01.jpg", True, 1),
        ("Data/Images/002/frontal/01.jpg", "Data/Images/001/profile/01.jpg", False, 1),
    ]
    assert both_frontal.rows == [
        ("Data/Images/001/frontal/01.jpg", "Data/Images/001/frontal/02.jpg", True, 0),
        ("Data/Images/001/frontal/02.jpg", "Data/Images/002/frontal/01.jpg", False, 0),
    ]


def test_images_of_trials_are_taken_with_their_view(source):
    found = read_cfp(source)
    samples = [(one.sample[12:], one.subject, one.attributes["view"]) for one in found.samples]
    assert samples == [
        ("001/frontal/01.jpg", "001", "frontal"),
        ("001/frontal/02.jpg", "001", "frontal"),
        ("002/frontal/01.jpg", "002", "frontal"),
        ("001/profile/01.jpg", "001", "profile"),
        ("002/profile/01.jpg", "002", "profile"),
    ]
    assert found.attributes == ("view",)


def test_one_protocol_may_stand_alone(source):
    for name in ("same.txt", "diff.txt"):
        (source / "Protocol/Split/FF/01" / name).unlink()
    (source / "Protocol/Split/FF/01").rmdir()
    (source / "Protocol/Split/FF").rmdir()
    found = read_cfp(source)
    assert [one.name for one in found.protocols] == ["frontal_profile"]


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "message"),
    [
        ("Pair_list_F.txt", 2, "2 ", "", "the line has 1 fields instead of 2"),
        ("Pair_list_F.txt", 2, "2 ", "x ", "the number is 'x', not a whole number from 1"),
        ("Pair_list_F.txt", 2, "2 ", "1 ", "number 1 stands on line 1 already"),
        ("Pair_list_F.txt", 2, "../Data/Images/001/frontal", "..", "is not ../Data/Images/PERSON"),
        ("Pair_list_F.txt", 2, "../Data", "../../Data", "leads out of its folder"),
        ("Pair_list_F.txt", 2, "../Data", "/Data", "leads out of its folder"),
        ("Pair_list_F.txt", 2, "frontal/02", "frontal/09", "the file is missing"),
        ("Split/FP/01/same.txt", 1, "1,1", "1", "the line has 1 fields instead of 2"),
        ("Split/FP/01/same.txt", 1, "1,1", "1,1,1", "the line has 3 fields instead of 2"),
        ("Split/FP/01/same.txt", 1, "1,1", "1,x", "the number is 'x', not a whole number from 1"),
        ("Split/FP/01/same.txt", 2, "2,1", "2,3", "no image has the number 3"),
        ("Split/FP/01/same.txt", 2, "2,1", "3,1", "the pair is mated, but shows '002' and '001'"),
        ("Split/FP/01/diff.txt", 1, "1,2", "1,1", "the pair is non-mated, but shows '001' and"),
        ("Split/FF/01/same.txt", 1, "1,2", "1,1", "compares 'Data/Images/001/frontal/01.jpg' with"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(source, change_line, file, line, old, new, message):
    path = source / "Protocol" / file
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read_cfp(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize("file", ["Pair_list_P.txt", "Split/FP/02/diff.txt"])
def test_a_missing_empty_or_foreign_list_is_named(source, file):
    path = source / "Protocol" / file
    path.write_bytes(b"")
    with pytest.raises(TestSetError, match=f"{path}: the file is empty"):
        read_cfp(source)
    path.write_bytes(b"1 \xe9")
    with pytest.raises(TestSetError, match=f"{path}, line 1: this is not UTF-8 text"):
        read_cfp(source)
    path.unlink()
    with pytest.raises(TestSetError, match=f"{path}: the file cannot be read"):
        read_cfp(source)


def test_a_protocol_needs_folds(source, tmp_path):
    for name in ("same.txt", "diff.txt"):
        (source / "Protocol/Split/FF/01" / name).unlink()
    (source / "Protocol/Split/FF/01").rmdir()
    with pytest.raises(TestSetError, match="FF: there is no folder of a fold"):
        read_cfp(source)
    (tmp_path / "Protocol/Split/XX").mkdir(parents=True)
    with pytest.raises(TestSetError, match="Split: there is neither a folder FP nor FF"):
        read_cfp(tmp_path)


def test_a_link_out_of_the_set_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    image = source / "Data/Images/002/profile/01.jpg"
    image.unlink()
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"Pair_list_P.txt, line 2: .* symbolic link leads out"):
        list(read_cfp(source).samples)
