"""CSV tables as they were published, with their own column names."""

import numpy as np
import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import (
    Further,
    PairColumns,
    SampleColumns,
    import_set,
    read_pairs_csv,
)

SAMPLES = """who,picture,sex,cut
ann,a1.jpg,f,one/a1.png
ann,a2.jpg,f,one/a2.png
bob,b1.jpg,m,two/b1.png
"""
PAIRS = """left,right,same,part
a1.jpg,a2.jpg,yes,0
a1.jpg,b1.jpg,no,1
"""
LANDMARKS = """picture,score,x0,y0,x1,y1,x2,y2,x3,y3,x4,y4
b1.jpg,0.9,1.5,2,3,4,5,6,7,8,9,10.25
a1.jpg,,,,,,,,,,,
"""
COLUMNS = SampleColumns(sample="picture", file="cut", subject="who", attributes=("sex",))
PAIR_COLUMNS = PairColumns(reference="left", probe="right", mated="same", fold="part")


@pytest.fixture
def source(tmp_path, crop):
    root = tmp_path / "source"
    for number, name in enumerate(["one/a1", "one/a2", "two/b1"]):
        path = root / "cuts" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(crop(number))
    (root / "samples.csv").write_text(SAMPLES)
    (root / "pairs.csv").write_text(PAIRS)
    (root / "landmarks.csv").write_text(LANDMARKS)
    return root


@pytest.fixture
def bring(source, tmp_path, details):
    def make(pairs="pairs.csv", kind="aligned", further=None, **options):
        def read():
            return read_pairs_csv(
                source / "samples.csv",
                pairs and source / pairs,
                source / "cuts",
                columns=COLUMNS,
                pair_columns=PAIR_COLUMNS,
                **options,
            )

        return import_set(read, tmp_path / "set", details(kind), further=further)

    return make


def test_columns_of_other_names_and_orders_are_read(bring, crop):
    test_set = bring()
    assert [(one.sample, one.subject) for one in test_set.samples] == [
        ("a1.jpg", "ann"), ("a2.jpg", "ann"), ("b1.jpg", "bob"),
    ]  # fmt: skip
    assert [one.attributes for one in test_set.samples] == [{"sex": s} for s in "ffm"]
    assert test_set.read_image(2) == crop(2)
    pairs = test_set.protocol("pairs")
    assert (pairs.reference.tolist(), pairs.probe.tolist()) == ([0, 0], [1, 2])
    assert pairs.mated.tolist() == [True, False]
    assert pairs.fold.tolist() == [0, 1]


def test_a_set_can_have_both_protocols(bring):
    assert [one.name for one in bring(further=Further(all_pairs=True)).protocols] == [
        "pairs",
        "all_pairs",
    ]


def test_a_set_without_pairs_has_all_pairs(bring):
    assert [one.name for one in bring(pairs=None, further=Further(all_pairs=True)).protocols] == [
        "all_pairs"
    ]


def test_a_set_without_any_protocol_is_refused(bring):
    with pytest.raises(TestSetError, match="no protocol was asked for"):
        bring(pairs=None)


def test_landmarks_are_joined_by_sample(bring, source):
    test_set = bring(kind="photograph", landmarks_csv=source / "landmarks.csv")
    assert [one.landmarks is None for one in test_set.samples] == [True, True, False]
    np.testing.assert_array_equal(
        test_set.samples[2].landmarks, [(1.5, 2), (3, 4), (5, 6), (7, 8), (9, 10.25)]
    )


def test_byte_order_mark_and_windows_line_ends_change_nothing(bring, source):
    for name in ("samples.csv", "pairs.csv"):
        text = (source / name).read_text().replace("\n", "\r\n")
        (source / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert bring().protocol("pairs").mated.tolist() == [True, False]


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "message"),
    [
        ("samples.csv", 3, "a2.jpg", "a1.jpg", "sample 'a1.jpg' stands already on line 2"),
        ("samples.csv", 3, "ann", "", "who is empty"),
        ("samples.csv", 4, "two/b1.png", "two/b9.png", "image 'two/b9.png': the file is missing"),
        ("samples.csv", 4, "two/b1.png", "../samples.csv", "leads out of its folder"),
        ("samples.csv", 4, "two/b1.png", "/etc/passwd", "leads out of its folder"),
        ("samples.csv", 4, ",m,", ",", "the line has 3 fields instead of 4"),
        ("samples.csv", 1, "cut", "file", "there is no column 'cut'"),
        ("samples.csv", 1, "sex", "age", "there is no column 'sex'"),
        ("pairs.csv", 3, "b1.jpg", "c1.jpg", "there is no sample 'c1.jpg'"),
        ("pairs.csv", 2, "a2.jpg", "a1.jpg", "the pair compares 'a1.jpg' with itself"),
        ("pairs.csv", 2, "yes", "no", "non-mated, but its subjects are 'ann' and 'ann'"),
        ("pairs.csv", 3, "no", "yes", "the pair is mated, but its subjects are 'ann' and 'bob'"),
        ("pairs.csv", 3, "no", "maybe", "same is 'maybe', not 1/0"),
        ("pairs.csv", 3, ",1", ",x", "part is 'x', not a whole number"),
        ("pairs.csv", 1, "part", "fold", "there is no column 'part'"),
        ("landmarks.csv", 2, "b1.jpg", "c1.jpg", "there is no sample 'c1.jpg'"),
        ("landmarks.csv", 3, "a1.jpg", "b1.jpg", "sample 'b1.jpg' has landmarks already"),
        ("landmarks.csv", 2, "10.25", "", "y4 is '', not a number"),
        ("landmarks.csv", 2, "10.25", "nan", "y4 is 'nan', out of any image"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(bring, source, tmp_path, file, line, old, new, message):
    lines = (source / file).read_text().split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    (source / file).write_text("\n".join(lines))
    with pytest.raises(TestSetError) as caught:
        bring(kind="photograph", landmarks_csv=source / "landmarks.csv")
    # A second mention of a sample is only seen once the first was read.
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (source / file, line)
    assert not (tmp_path / "set").exists()


def test_an_undecodable_image_is_named_by_its_line(bring, source):
    (source / "cuts" / "one" / "a2.png").write_bytes(b"\x89PNG")
    with pytest.raises(TestSetError, match=r"samples.csv, line 3: sample 'a2.jpg': .*decoded"):
        bring()


def test_a_photograph_is_no_aligned_crop(bring, source, crop):
    (source / "cuts" / "one" / "a2.png").write_bytes(crop(size=250))
    with pytest.raises(TestSetError, match=r"line 3: .*112x112 px, this image is 250x250"):
        bring()


def test_a_link_out_of_the_images_is_refused(bring, source, tmp_path, crop):
    (tmp_path / "secret.png").write_bytes(crop())
    image = source / "cuts" / "one" / "a2.png"
    image.unlink()
    image.symlink_to(tmp_path / "secret.png")
    with pytest.raises(TestSetError, match=r"samples.csv, line 3: .*symbolic link leads out"):
        bring()


def test_a_table_without_samples_is_refused(bring, source):
    (source / "samples.csv").write_text(SAMPLES.split("\n")[0])
    with pytest.raises(TestSetError, match="the table names no sample"):
        bring()


def test_an_existing_destination_is_refused_before_anything_is_read(bring, source, tmp_path):
    (tmp_path / "set").mkdir()
    (source / "samples.csv").unlink()
    with pytest.raises(TestSetError, match="destination exists already"):
        bring()
