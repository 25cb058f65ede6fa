"""Passages: what is written is what is read, and every fault has its line."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewLive, NewSample
from tests.evaluation.testsets.changing import change, line_wrong, require_refused

TABLE = "protocols/street.csv"
FRAMES = (("s3", "late", 0.0), ("s1", "early", 0.5), ("s2", "late", 0.25), ("s5", "last", 0.0))


def make_live(references=("s4", "s0"), frames=FRAMES, sizes=(1,)):
    return NewLive("street", "Street", references, frames, sizes)


def test_frames_are_in_order_of_passages_then_of_time(write):
    protocol = write(protocols=[make_live()]).protocol("street")

    assert protocol.reference.tolist() == [0, 4]
    assert protocol.frame.tolist() == [3, 2, 1, 5]
    assert protocol.passage.tolist() == [0, 0, 1, 2]
    assert protocol.seconds.tolist() == [0.0, 0.25, 0.5, 0.0]
    assert protocol.gallery_sizes == (1,)


def test_frames_at_the_same_time_keep_the_order_of_their_lines(write):
    frames = (("s3", "one", 1.0), ("s2", "one", 1.0))

    assert write(protocols=[make_live(frames=frames)]).protocol("street").frame.tolist() == [3, 2]


# Lines 2 and 3: references s4 and s0. Lines 4 to 7: the frames.
WRONG = [
    (1, "passage", "way", "there is no column 'passage'"),
    (4, "frame", "probe", "role is 'probe', not reference or frame"),
    (4, "s3", "s9", "sample 's9' is not in samples.csv"),
    (4, "s3", "s0", "sample 's0' stands already on line 3"),
    (5, "early", "", "passage is empty"),
    (5, "0.5", "soon", "seconds is 'soon', not a number"),
    (5, "0.5", "nan", "seconds is 'nan', out of"),
    (5, "0.5", "-0.5", "seconds is -0.5, before the passage's beginning"),
    (4, "0.0", "0.5", "seconds falls from 0.5 to 0.25 within the passage"),
    (6, "s2", "s1", "sample 's1' stands already on line 5"),
    (7, "last", "early", "seconds falls from 0.5 to 0 within the passage"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG)
def test_a_wrong_line_is_named(write, line, old, new, message):
    root = write(protocols=[make_live()]).root
    change(root, TABLE, line_wrong(line, old, new))
    falls_later = line == 4 and "falls" in message
    require_refused(root, TABLE, 6 if falls_later else line, message)


def test_a_passage_of_two_people_is_refused_at_the_second(write):
    root = write(protocols=[make_live()]).root
    change(root, TABLE, line_wrong(7, "last,0.0", "late,0.75"))
    require_refused(root, TABLE, 7, "passage 'late' shows two subjects")


def test_a_frame_that_is_the_very_image_of_a_reference_is_refused(write, crop):
    samples = [NewSample(f"s{i}", crop(i % 2), ".png", f"p{i}") for i in range(3)]
    live = make_live(("s0",), (("s2", "one", 0.0),), ())
    with pytest.raises(TestSetError, match=r"line 3, .*the very image that is enrolled as 's0'"):
        write(samples=samples, protocols=[live])


@pytest.mark.parametrize(
    ("live", "message"),
    [
        (make_live(references=("s9",)), "reference 1: there is no sample 's9'"),
        (make_live(frames=(("s9", "one", 0.0),)), "frame 1: there is no sample 's9'"),
        (make_live(frames=(("s4", "one", 0.0),)), "sample 's4' has two roles"),
        (make_live(frames=(("s1", "one", 0.0), ("s1", "two", 0.0))), "sample 's1' has two roles"),
        (make_live(frames=(("s1", "", 0.0),)), "frame 1: 's1' has no passage"),
        (make_live(frames=(("s1", "one", -1.0),)), "frame 1: a time of -1.0 seconds"),
        (make_live(frames=(("s1", "one", float("nan")),)), "frame 1: a time of nan seconds"),
        (make_live(frames=(("s1", "one", 2.0), ("s0", "x", 0.0))), "sample 's0' has two roles"),
        (make_live(frames=(("s2", "one", 2.0), ("s3", "one", 1.0))), "seconds falls from 2 to 1"),
        (make_live(frames=(("s1", "one", 0.0), ("s2", "one", 1.0))), "shows two subjects"),
        (make_live(references=(), sizes=()), "no sample has the role reference"),
        (make_live(frames=()), "no sample has the role frame"),
        (make_live(sizes=(2,)), "a gallery size of 2 is no part of the 2 enrolled subjects"),
    ],
)
def test_a_wrong_protocol_is_not_written(write, tmp_path, live, message):
    with pytest.raises(TestSetError) as caught:
        write(protocols=[live])
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_passages_need_known_subjects(write):
    with pytest.raises(TestSetError, match="a live protocol needs known subjects"):
        write(protocols=[make_live()], subjects_known=False)
