"""TinyFace's Testing_Set, with its MATLAB lists and without them."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_tinyface

IMAGES = (
    "Testing_Set/Gallery_Match/7_1.jpg",
    "Testing_Set/Gallery_Match/7_3.jpg",
    "Testing_Set/Gallery_Match/12_1.jpg",
    "Testing_Set/Gallery_Distractor/1.jpg",
    "Testing_Set/Gallery_Distractor/2.jpg",
    "Testing_Set/Probe/12_2.jpg",
    "Testing_Set/Probe/7_2.jpg",
)


@pytest.fixture
def source(plant):
    return plant(dict.fromkeys(IMAGES))


@pytest.fixture
def listed(source, mat):
    gallery = [("7_1.jpg", 3), ("7_3.jpg", 3), ("12_1.jpg", 4)]
    lists = {
        "gallery_match": mat("gallery_set", "gallery_ids", gallery),
        "probe": mat("probe_set", "probe_ids", [("12_2.jpg", 4), ("7_2.jpg", 3)]),
    }
    for name, content in lists.items():
        (source / "Testing_Set" / f"{name}_img_ID_pairs.mat").write_bytes(content)
    return source


def test_lists_tell_who_is_shown_and_distractors_are_people_of_their_own(listed):
    found = read_tinyface(listed, gallery_sizes=(2,))
    samples = [(one.sample, one.subject, one.attributes["role"]) for one in found.samples]
    assert samples == [
        ("Gallery_Match/7_1.jpg", "3", "gallery"),
        ("Gallery_Match/7_3.jpg", "3", "gallery"),
        ("Gallery_Match/12_1.jpg", "4", "gallery"),
        ("Gallery_Distractor/1.jpg", "distractor/Gallery_Distractor/1.jpg", "distractor"),
        ("Gallery_Distractor/2.jpg", "distractor/Gallery_Distractor/2.jpg", "distractor"),
        ("Probe/12_2.jpg", "4", "probe"),
        ("Probe/7_2.jpg", "3", "probe"),
    ]
    [protocol] = found.protocols
    assert protocol.references == [name for name, _, role in samples if role != "probe"]
    assert protocol.probes == ["Probe/12_2.jpg", "Probe/7_2.jpg"]
    assert protocol.gallery_sizes == (2,)


def test_without_lists_the_file_names_tell(source):
    subjects = {one.sample: one.subject for one in read_tinyface(source / "Testing_Set").samples}
    assert [subjects[f"Probe/{name}"] for name in ("12_2.jpg", "7_2.jpg")] == ["12", "7"]
    assert subjects["Gallery_Match/7_3.jpg"] == "7"


def test_without_lists_a_folder_of_a_person_tells(source, crop):
    folder = source / "Testing_Set" / "Probe" / "12"
    folder.mkdir()
    (folder / "any name.jpg").write_bytes(crop(99))
    subjects = {one.sample: one.subject for one in read_tinyface(source).samples}
    assert subjects["Probe/12/any name.jpg"] == "12"


def test_a_name_that_says_nothing_is_refused(source, crop):
    (source / "Testing_Set" / "Probe" / "nobody.jpg").write_bytes(crop(99))
    with pytest.raises(TestSetError, match=r"nobody.jpg: neither the file's name nor a folder"):
        read_tinyface(source)


def test_a_probe_of_somebody_who_is_not_enrolled_is_refused(listed, mat):
    path = listed / "Testing_Set" / "probe_img_ID_pairs.mat"
    path.write_bytes(mat("probe_set", "probe_ids", [("12_2.jpg", 5)]))
    with pytest.raises(TestSetError, match=rf"{path}: 'Probe/12_2.jpg' shows '5', who is not in"):
        read_tinyface(listed)


@pytest.mark.parametrize("name", ["../12_2.jpg", "13_1.jpg", "notes.txt"])
def test_a_list_that_names_no_image_is_refused(listed, mat, name):
    path = listed / "Testing_Set" / "probe_img_ID_pairs.mat"
    (listed / "Testing_Set" / "Probe" / "notes.txt").touch()
    path.write_bytes(mat("probe_set", "probe_ids", [(name, 4)]))
    with pytest.raises(TestSetError) as caught:
        list(read_tinyface(listed).samples)
    assert str(caught.value).startswith(f"{path}: ")
    assert f"Probe/{name}'" in caught.value.message


@pytest.mark.parametrize("content", [b"", b"broken"])
def test_a_damaged_list_is_refused(listed, content):
    (listed / "Testing_Set" / "gallery_match_img_ID_pairs.mat").write_bytes(content)
    with pytest.raises(TestSetError, match=r"gallery_match_img_ID_pairs.mat: this is no MATLAB"):
        read_tinyface(listed)


@pytest.mark.parametrize("folder", ["Gallery_Match", "Gallery_Distractor", "Probe"])
def test_a_missing_empty_or_linked_folder_is_refused(source, tmp_path, folder):
    path = source / "Testing_Set" / folder
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(TestSetError, match=f"{folder}: there is no such folder"):
        read_tinyface(source)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TestSetError, match=f"{folder}: a symbolic link to a folder is not"):
        read_tinyface(source)
    path.unlink()
    path.mkdir()
    with pytest.raises(TestSetError, match=f"{folder}: there is no image in this folder"):
        read_tinyface(source)
