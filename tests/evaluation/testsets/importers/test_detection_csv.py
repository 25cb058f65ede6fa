"""CSV tables of marked faces, with their own column names."""

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import BoxColumns, DetectionColumns, read_detection_csv

CORNERS = BoxColumns(("x1", "y1", "x2", "y2"), corners=True)
COLUMNS = DetectionColumns(image="image", box=CORNERS)
TABLE = """image,x1,y1,x2,y2,from_photo
a.jpg,44.5,20,63.5,40,one.jpg
b/c.jpg,,,,,
a.jpg,1,2,3,5,two.jpg
"""


@pytest.fixture
def source(plant):
    images = ("a.jpg", "b/c.jpg", "d.png")
    return plant({"boxes.csv": TABLE, **{f"images/{image}": None for image in images}})


def read(source, columns=COLUMNS, **options):
    return read_detection_csv(source / "boxes.csv", source / "images", columns=columns, **options)


def test_boxes_by_corners_become_sizes_and_a_picture_may_have_none(source):
    found = read(source)
    [protocol] = found.protocols
    assert [(one.sample, one.box, one.ignored) for one in protocol.faces] == [
        ("a.jpg", (44.5, 20, 19, 20), False),
        ("a.jpg", (1, 2, 2, 3), False),
    ]
    assert [one.sample for one in found.samples] == ["a.jpg", "b/c.jpg"]
    assert not found.subjects_known


def test_other_images_of_the_folder_may_be_taken_as_without_a_face(source):
    names = [one.sample for one in read(source, all_images=True).samples]
    assert names == ["a.jpg", "b/c.jpg", "d.png"]


def test_sizes_landmarks_and_ignored_faces_are_read_under_any_name(source):
    points = [f"p{number}" for number in range(10)]
    (source / "boxes.csv").write_text(
        f"file,l,t,w,h,skip,{','.join(points)}\n"
        "a.jpg,1,2,3,4,yes,0,1,2,3,4,5,6,7,8,9\n"
        "a.jpg,5,6,7,8,0,,,,,,,,,,\n"
    )
    columns = DetectionColumns("file", BoxColumns(("l", "t", "w", "h")), tuple(points), "skip")
    [protocol] = read(source, columns).protocols
    first, second = protocol.faces
    assert (first.box, first.ignored, second.box, second.ignored) == (
        (1, 2, 3, 4), True, (5, 6, 7, 8), False,
    )  # fmt: skip
    np.testing.assert_array_equal(first.landmarks, np.arange(10.0).reshape(5, 2))
    assert second.landmarks is None


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (1, "y2", "z2", "there is no column 'y2'"),
        (2, "a.jpg", "", "image is empty"),
        (2, ",40", "", "the line has 5 fields instead of 6"),
        (2, "63.5", "x", "x2 is 'x', not a number"),
        (2, "63.5", "", "x2 is '', not a number"),
        (2, "63.5", "44.5", "the box of x1, y1, x2, y2 has no area"),
        (2, "63.5", "1e9", "x2 is '1e9', out of any image"),
        (3, "b/c.jpg", "a.jpg", "'a.jpg' stands here and on line 2, once without a face"),
        (4, "a.jpg", "b/c.jpg", "'b/c.jpg' stands here and on line 3, once without a face"),
        (3, "b/c.jpg", "b/e.jpg", "image 'b/e.jpg': the file is missing"),
        (3, "b/c.jpg", "../boxes.csv", "leads out of its folder"),
        (3, "b/c.jpg", "/etc/passwd", "leads out of its folder"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "boxes.csv"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_table_without_a_face_is_refused(source):
    (source / "boxes.csv").write_text("\n".join(TABLE.split("\n")[::2][:1]))
    with pytest.raises(TestSetError, match=r"boxes.csv: the table marks no face"):
        read(source)


def test_an_unreadable_table_is_named(source):
    path = source / "boxes.csv"
    path.write_bytes(TABLE.encode().replace(b"two", b"\xff", 1))
    with pytest.raises(TestSetError, match=r"boxes.csv, line 4: this is not UTF-8 text"):
        read(source)
    path.unlink()
    with pytest.raises(TestSetError, match=r"boxes.csv: the file cannot be read"):
        read(source)


def test_a_link_out_of_the_images_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    image = source / "images" / "b" / "c.jpg"
    image.unlink()
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"boxes.csv, line 3: .* symbolic link leads out"):
        list(read(source).samples)


@pytest.mark.real
def test_the_real_table_is_read_without_rewriting_it(real_dir):
    folder = real_dir / "data" / "scenes"
    found = read_detection_csv(folder / "boxes.csv", folder / "images", columns=COLUMNS)
    assert len(found.protocols[0].faces) == 240
    assert len(list(found.samples)) == 40
