"""A samples table of a watchlist and of passages before a camera."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import LiveColumns, SampleColumns, read_live_csv
from evaluation.testsets.new import NewLive

TABLE = """sample,file,subject,role,passage,seconds
w1,w1.jpg,ann,watchlist,,
w2,w2.jpg,bob,watchlist,,
f1,f1.jpg,ann,frame,north-1,0
f2,f2.jpg,,frame,north-2,0.5
f3,f3.jpg,ann,frame,north-1,2.5
f4,f4.jpg,ann,frame,north-1,1.25
f5,f5.jpg,,frame,north-2,0.5
"""


@pytest.fixture
def source(plant):
    images = [line.split(",")[1] for line in TABLE.split("\n")[1:-1]]
    return plant({"live.csv": TABLE, **{f"images/{image}": None for image in images}})


def read(source, **options):
    return read_live_csv(source / "live.csv", source / "images", **options)


def test_frames_are_put_together_by_passage_and_time(source):
    found = read(source, gallery_sizes=(1,))
    assert found.protocols == [
        NewLive(
            "live",
            "Passages searched in the watchlist",
            ["w1", "w2"],
            [
                ("f1", "north-1", 0.0), ("f4", "north-1", 1.25), ("f3", "north-1", 2.5),
                ("f2", "north-2", 0.5), ("f5", "north-2", 0.5),
            ],
            (1,),
        )
    ]  # fmt: skip


def test_whoever_passes_without_a_name_is_one_person_of_that_passage(source):
    subjects = {one.sample: one.subject for one in read(source).samples}
    assert subjects == {
        "w1": "ann", "w2": "bob", "f1": "ann", "f3": "ann", "f4": "ann",
        "f2": "unknown/north-2", "f5": "unknown/north-2",
    }  # fmt: skip


def test_columns_and_words_may_be_called_otherwise(source):
    (source / "live.csv").write_text(
        "id,path,who,use,walk,t\nw1,w1.jpg,ann,wanted,,\nf1,f1.jpg,ann,seen,1,3\nf2,f2.jpg,x,,,\n"
    )
    live = LiveColumns("use", "wanted", "seen", "walk", "t")
    found = read(source, columns=SampleColumns("id", "path", "who"), live=live)
    [protocol] = found.protocols
    assert (protocol.references, protocol.frames) == (["w1"], [("f1", "1", 3.0)])
    assert len(list(found.samples)) == 3


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (1, "passage", "walk", "there is no column 'passage'"),
        (2, "watchlist", "wanted", "role is 'wanted', not one of watchlist, frame"),
        (2, "ann", "", "subject is empty"),
        (4, "north-1", "", "passage is empty"),
        (4, ",0", ",", "seconds is '', not a number"),
        (4, ",0", ",-1", "seconds is -1; a passage begins at 0"),
        (4, ",0", ",nan", "seconds is 'nan'"),
        (6, "ann", "bob", "passage 'north-1' shows 'bob' here, but 'ann' on line 4"),
        (8, ",,", ",ann,", "passage 'north-2' shows 'ann' here, but '' on line 5"),
        (4, "f1.jpg", "f9.jpg", "image 'f9.jpg': the file is missing"),
        (4, "f1.jpg", "../live.csv", "leads out of its folder"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "live.csv"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize("role", ["watchlist", "frame"])
def test_both_roles_are_needed(source, role):
    kept = [line for line in TABLE.split("\n") if f",{role}," not in line]
    (source / "live.csv").write_text("\n".join(kept))
    with pytest.raises(TestSetError, match=rf"live.csv: no sample has the role '{role}'"):
        read(source)
