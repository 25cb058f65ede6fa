"""WIDER FACE's list of pictures and boxes, with its oddities."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_wider_face
from evaluation.testsets.new import NewFace

LIST = """0--Parade/0_Parade_marchingband_1_849.jpg
1
449 330 122 149 0 0 0 0 0 0 
0--Parade/0_Parade_Parade_0_452.jpg
0
0 0 0 0 0 0 0 0 0 0 
39--Ice_Skating/39_Ice_Skating_iceskiing_39_583.jpg
3
78 221 7 8 2 0 0 0 0 0
1026 474 0 23 2 0 0 0 2 0
13.5 20 14 17 2 0 0 1 0 0
"""  # noqa: W291 (the true list has a space at its lines' ends)
PICTURES = [LIST.split("\n")[line] for line in (0, 3, 6)]


@pytest.fixture
def source(plant):
    images = {f"WIDER_val/images/{picture}": None for picture in PICTURES}
    return plant({"wider_face_val_bbx_gt.txt": LIST, **images})


def read(source):
    return read_wider_face(source / "wider_face_val_bbx_gt.txt", source / "WIDER_val" / "images")


def test_faces_are_those_of_the_list_and_invalid_ones_are_ignored(source):
    [protocol] = read(source).protocols
    assert protocol.faces == [
        NewFace(PICTURES[0], (449, 330, 122, 149)),
        NewFace(PICTURES[2], (78, 221, 7, 8)),
        NewFace(PICTURES[2], (13.5, 20, 14, 17), ignored=True),
    ]


def test_every_picture_is_a_sample_even_without_a_face(source):
    found = read(source)
    samples = list(found.samples)
    assert [one.sample for one in samples] == PICTURES
    events = [one.attributes["event"] for one in samples]
    assert events == ["0--Parade", "0--Parade", "39--Ice_Skating"]
    assert (found.attributes, found.subjects_known) == (("event",), False)


def test_the_line_of_zeros_may_be_missing_and_stand_last(source):
    path = source / "wider_face_val_bbx_gt.txt"
    lines = LIST.split("\n")
    path.write_text("\n".join([*lines[:5], *lines[6:]]))
    whole = read(source)
    assert [one.sample for one in whole.samples] == PICTURES
    for last in (lines[3:5], lines[3:6]):
        path.write_text("\n".join([*lines[:3], *last]))
        assert [one.sample for one in read(source).samples] == PICTURES[:2]


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (2, "1", "one", "the number of faces is 'one', not a whole number from 0"),
        (2, "1", "1 1", "the line has 2 fields instead of 1"),
        (2, "1", "2", "the line has 1 fields instead of 10"),
        (8, "3", "2", "a picture's path is due here, not '13.5 20 14 17"),
        (9, "78", "x", "the box is 'x', not a number"),
        (9, " 7 8", " -7 8", "the box has a negative size"),
        (9, "2 0 0 0 0 0", "2 0 0 2 0 0", "the invalid flag is 2, not 0 or 1"),
        (9, "2 0 0 0 0 0", "2 0 0 x 0 0", "the invalid flag is 'x'"),
        (9, " 7 8", " 7", "the line has 9 fields instead of 10"),
        (7, PICTURES[2], PICTURES[0], "0_Parade_marchingband_1_849.jpg' stands on line 1 already"),
        (7, "583.jpg", "583", "a picture's path is due here"),
        (7, "583.jpg", "584.jpg", "the file is missing"),
        (7, "39--Ice_Skating/", "../", "leads out of its folder"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "wider_face_val_bbx_gt.txt"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert caught.value.path == path
    # Where a count is too large, the picture that follows is the first that is no box.
    assert caught.value.line == {("1", "2"): 4, ("3", "2"): 11}.get((old, new), line)


@pytest.mark.parametrize("lines", [1, 2, 8, 10])
def test_a_list_that_ends_early_is_refused(source, lines):
    path = source / "wider_face_val_bbx_gt.txt"
    path.write_text("\n".join(LIST.split("\n")[:lines]))
    with pytest.raises(TestSetError, match="the list ends within this picture's faces") as caught:
        read(source)
    assert caught.value.line == (1 if lines < 3 else 7)


def test_an_empty_missing_or_foreign_list_is_refused(source):
    path = source / "wider_face_val_bbx_gt.txt"
    path.write_text("\n".join(LIST.split("\n")[3:6]))
    with pytest.raises(TestSetError, match=r"gt.txt: the list marks no face"):
        read(source)
    path.write_text("")
    with pytest.raises(TestSetError, match=r"gt.txt: the file is empty"):
        read(source)
    path.write_bytes(b"0--Parade/\xff.jpg\n")
    with pytest.raises(TestSetError, match=r"gt.txt, line 1: this is not UTF-8 text"):
        read(source)
    path.unlink()
    with pytest.raises(TestSetError, match=r"gt.txt: the file cannot be read"):
        read(source)


def test_a_link_out_of_the_pictures_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    picture = source / "WIDER_val" / "images" / PICTURES[1]
    picture.unlink()
    picture.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"gt.txt, line 4: .* symbolic link leads out"):
        list(read(source).samples)
