"""CSV tables of bona fide presentations and attacks, with their own column names."""

from collections import Counter

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import (
    BoxColumns,
    PresentationAttackColumns,
    read_presentation_attack_csv,
)

COLUMNS = PresentationAttackColumns(
    bona_fide="live",
    species="attack",
    box=BoxColumns(("x1", "y1", "x2", "y2"), corners=True),
)
TABLE = """image,label,attack,x1,y1,x2,y2,camera
a_live.jpg,live,,64.5,58.5,166,204,new
a_print.jpg,attack,print,70,75,161,194,old
b_replay.jpg,attack,replay,,,,,old
"""


@pytest.fixture
def source(plant):
    images = ("a_live.jpg", "a_print.jpg", "b_replay.jpg")
    return plant({"pad.csv": TABLE, **{f"images/{image}": None for image in images}})


def read(source, columns=COLUMNS):
    return read_presentation_attack_csv(source / "pad.csv", source / "images", columns=columns)


def test_labels_species_and_boxes_are_those_of_the_table(source):
    found = read(source)
    [protocol] = found.protocols
    assert protocol.rows == [
        ("a_live.jpg", ""),
        ("a_print.jpg", "print"),
        ("b_replay.jpg", "replay"),
    ]
    boxes = [one.box for one in found.samples]
    assert boxes == [(64.5, 58.5, 101.5, 145.5), (70, 75, 91, 119), None]
    assert not found.subjects_known


def test_subjects_and_attributes_may_be_named_and_species_be_one(source):
    path = source / "pad.csv"
    path.write_text("image,what,who,camera\na_live.jpg,0,ann,new\na_print.jpg,1,ann,old\n")
    columns = PresentationAttackColumns(
        label="what", bona_fide="0", attack="1", species=None, subject="who",
        attributes=("camera",),
    )  # fmt: skip
    found = read(source, columns)
    assert found.protocols[0].rows == [("a_live.jpg", ""), ("a_print.jpg", "attack")]
    assert [(one.subject, one.attributes) for one in found.samples] == [
        ("ann", {"camera": "new"}), ("ann", {"camera": "old"}),
    ]  # fmt: skip
    assert (found.attributes, found.subjects_known) == (("camera",), True)


@pytest.mark.parametrize(
    ("line", "old", "new", "message"),
    [
        (1, "label", "what", "there is no column 'label'"),
        (1, ",attack,", ",kind,", "there is no column 'attack'"),
        (2, "live,", "spoof,", "label is 'spoof', not 'live' or 'attack'"),
        (2, "live,,", "live,print,", "attack is 'print', but this is no attack"),
        (3, "print,70", ",70", "attack is empty, but this is an attack"),
        (3, "a_print.jpg", "a_live.jpg", "'a_live.jpg' stands already on line 2"),
        (3, "70", "x", "x1 is 'x', not a number"),
        (3, "161", "70", "has no area"),
        (3, ",old", "", "the line has 7 fields instead of 8"),
        (3, "a_print.jpg", "none.jpg", "image 'none.jpg': the file is missing"),
        (3, "a_print.jpg", "../pad.csv", "leads out of its folder"),
    ],
)
def test_a_wrong_line_is_named(source, change_line, line, old, new, message):
    path = source / "pad.csv"
    change_line(path, line, old, new)
    with pytest.raises(TestSetError) as caught:
        list(read(source).samples)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (path, line)


def test_an_empty_missing_or_foreign_table_is_refused(source):
    path = source / "pad.csv"
    path.write_text(TABLE.split("\n")[0])
    with pytest.raises(TestSetError, match=r"pad.csv: the table names no image"):
        read(source)
    path.write_bytes(TABLE.encode().replace(b"replay", b"\xff", 1))
    with pytest.raises(TestSetError, match=r"pad.csv, line 4: this is not UTF-8 text"):
        read(source)
    path.unlink()
    with pytest.raises(TestSetError, match=r"pad.csv: the file cannot be read"):
        read(source)


def test_a_link_out_of_the_images_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    image = source / "images" / "b_replay.jpg"
    image.unlink()
    image.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"pad.csv, line 4: .* symbolic link leads out"):
        list(read(source).samples)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("pad_simulated", {"": 120, "print": 120, "replay": 120}),
        ("pad_sample", {"": 4}),
    ],
)
def test_the_real_tables_are_read_without_rewriting_them(real_dir, name, counts):
    folder = real_dir / "data" / name
    found = read_presentation_attack_csv(folder / "pad.csv", folder / "images", columns=COLUMNS)
    species = Counter(species for _, species in found.protocols[0].rows)
    assert counts.items() <= species.items()
    assert sum(species.values()) == {"pad_simulated": 360, "pad_sample": 9}[name]
    assert all(one.box is not None for one in found.samples)
