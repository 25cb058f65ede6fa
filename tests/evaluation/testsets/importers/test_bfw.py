"""Balanced Faces In the Wild: the datatable as CSV, as pandas writes it."""

import pickle

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import BfwColumns, read_bfw

TABLE = """,fold,p1,p2,label,id1,id2,att1,att2,vgg16,a1,a2,g1,g2,e1,e2
0,1,asian_females/n9/0010_01.jpg,asian_females/n9/0043_01.jpg,1,0,0,asian_females,asian_females,0.82,AF,AF,F,F,A,A
1,1,asian_females/n9/0010_01.jpg,black_males/n7/0001_02.jpg,0,0,3,asian_females,black_males,0.1,AF,BM,F,M,A,B
2,5,black_males/n7/0001_02.jpg,black_males/n8/0002_01.jpg,0,3,4,black_males,black_males,,BM,BM,M,M,B,B
"""
IMAGES = (
    "asian_females/n9/0010_01.jpg",
    "asian_females/n9/0043_01.jpg",
    "black_males/n7/0001_02.jpg",
    "black_males/n8/0002_01.jpg",
)


@pytest.fixture
def source(plant):
    return plant({"bfw.csv": TABLE, **{f"faces/{image}": None for image in IMAGES}})


def read(source, **options):
    return read_bfw(source / "bfw.csv", source / "faces", **options)


def test_pairs_groups_and_folds_are_those_of_the_table(source):
    found = read(source)
    [pairs] = found.protocols
    assert pairs.rows == [
        (IMAGES[0], IMAGES[1], True, 0),
        (IMAGES[0], IMAGES[2], False, 0),
        (IMAGES[2], IMAGES[3], False, 4),
    ]
    assert [(one.sample, one.subject, dict(one.attributes)) for one in found.samples] == [
        (IMAGES[0], "asian_females/0", {"ethnicity": "asian", "sex": "female"}),
        (IMAGES[1], "asian_females/0", {"ethnicity": "asian", "sex": "female"}),
        (IMAGES[2], "black_males/3", {"ethnicity": "black", "sex": "male"}),
        (IMAGES[3], "black_males/4", {"ethnicity": "black", "sex": "male"}),
    ]
    assert found.attributes == ("ethnicity", "sex")


def test_columns_may_be_called_otherwise_and_folds_left_out(source):
    path = source / "bfw.csv"
    path.write_text(TABLE.replace("fold,p1,p2,label,id1", "part,one,two,same,who", 1))
    columns = BfwColumns(("one", "who", "att1"), ("two", "id2", "att2"), "same", None)
    [pairs] = read(source, columns=columns).protocols
    assert [row[2:] for row in pairs.rows] == [(True, None), (False, None), (False, None)]


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (2, ",0.82", "", "the line has 15 fields instead of 16"),
        (1, "att2", "att", "there is no column 'att2'"),
        (2, ",1,0,0,", ",x,0,0,", "label is 'x', not 1/0"),
        (2, "0,1,", "0,x,", "fold is 'x', not a whole number"),
        (2, "0,1,", "0,0,", "fold is 0; folds are numbered from 1"),
        (2, "0043_01", "0010_01", "the pair compares 'asian_females/n9/0010_01.jpg' with itself"),
        (2, ",1,0,0,", ",0,0,0,", "the pair is non-mated, but its subjects are 'asian_females/0'"),
        (2, ",1,0,0,", ",1,0,9,", "the pair is mated, but its subjects are"),
        (3, "0,0,3,", "0,1,3,", "is 'asian_females/0' on line 2, but 'asian_females/1' here"),
        (2, "0,0,asian_females", "0,0,martian", "att1 is 'martian', not a group such as asian_"),
        (2, "asian_females/n9/0043", "../n9/0043", "leads out of its folder"),
        (2, "0043_01", "0044_01", "the file is missing"),
        (2, "asian_females/n9/0043_01.jpg", "", "p2 is empty"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "bfw.csv"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize("name", ["bfw.pkl", "bfw.csv"])
def test_a_pickle_is_refused_whatever_its_name(plant, name):
    source = plant({name: pickle.dumps({"p1": ["a"]})})
    with pytest.raises(TestSetError, match=rf"{name}: this is a pickle, which is not read because"):
        read_bfw(source / name, source)


def test_an_empty_missing_or_foreign_table_is_named(source):
    path = source / "bfw.csv"
    path.write_text(TABLE.split("\n")[0])
    with pytest.raises(TestSetError, match=r"bfw.csv: the table holds no pair"):
        read(source)
    path.write_bytes(TABLE.encode().replace(b"0043", b"\xe9043", 1))
    with pytest.raises(TestSetError, match=r"bfw.csv, line 2: this is not UTF-8 text"):
        read(source)
    path.unlink()
    with pytest.raises(TestSetError, match=r"bfw.csv: the table is missing"):
        read(source)


def test_a_link_out_of_the_images_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    image = source / "faces" / IMAGES[3]
    image.unlink()
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"bfw.csv, line 4: .* symbolic link leads out"):
        list(read(source).samples)
