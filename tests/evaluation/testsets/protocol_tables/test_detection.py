"""Marked faces: what is written is what is read, and every fault has its line."""

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewDetection, NewFace
from tests.evaluation.testsets.changing import change, line_wrong, require_refused

TABLE = "protocols/faces.csv"
POINTS = np.arange(10.0).reshape(5, 2) / 3
FACES = (
    NewFace("s4", (1.0, 2.0, 3.0, 4.5)),
    NewFace("s1", (-0.5, 0.0, 10.0, 10.0), POINTS),
    NewFace("s4", (1 / 3, 7.0, 2.0, 2.0), ignored=True),
)


def make_detection(faces=FACES):
    return NewDetection("faces", "Faces", faces)


def test_faces_are_in_order_of_their_images(write):
    protocol = write(protocols=[make_detection()]).protocol("faces")

    assert protocol.sample.tolist() == [1, 4, 4]
    assert protocol.boxes.tolist() == [
        [-0.5, 0.0, 10.0, 10.0],
        [1.0, 2.0, 3.0, 4.5],
        [1 / 3, 7.0, 2.0, 2.0],
    ]
    assert protocol.ignored.tolist() == [False, False, True]
    assert protocol.landmarks[0].tolist() == POINTS.tolist()
    assert np.isnan(protocol.landmarks[1:]).all()


def test_where_no_face_has_landmarks_there_are_none(write):
    assert write(protocols=[make_detection(FACES[:1])]).protocol("faces").landmarks is None


# Lines 2 to 4: the three faces, of which the second has landmarks.
WRONG = [
    (1, "width", "w", "there is no column 'width'"),
    (2, "s4", "s9", "sample 's9' is not in samples.csv"),
    (2, "3.0", "0.0", "a box of 0 x 4.5 px has no area"),
    (2, "4.5", "-4.5", "a box of 3 x -4.5 px has no area"),
    (2, "4.5", "nan", "height is 'nan', out of any image"),
    (2, "4.5", "tall", "height is 'tall', not a number"),
    (4, "2.0,1,", "2.0,2,", "ignored is '2', not 1/0, true/false or yes/no"),
    (3, ",3.0", ",", "y4 is '', not a number"),
    (2, ",0,", ",0,7", "y0 is '', not a number"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG)
def test_a_wrong_line_is_named(write, line, old, new, message):
    root = write(protocols=[make_detection()]).root
    change(root, TABLE, line_wrong(line, old, new))
    require_refused(root, TABLE, line, message)


@pytest.mark.parametrize(
    ("faces", "message"),
    [
        ([NewFace("s9", (0.0, 0.0, 1.0, 1.0))], "face 1: there is no sample 's9'"),
        ([NewFace("s0", (0.0, 0.0, 0.0, 1.0))], "face 1: its box (0.0, 0.0, 0.0, 1.0) has no area"),
        ([NewFace("s0", (0.0, float("nan"), 1.0, 1.0))], "has no area or is no box"),
        ([NewFace("s0", (0.0, 0.0, 1.0, 1.0), POINTS[:4])], "its landmarks are not five finite"),
        ([NewFace("s0", (0.0, 0.0, 1.0, 1.0), POINTS + np.inf)], "its landmarks are not five"),
        ([], "faces.csv would be empty"),
    ],
)
def test_wrong_faces_are_not_written(write, tmp_path, faces, message):
    with pytest.raises(TestSetError) as caught:
        write(protocols=[make_detection(faces)])
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())
