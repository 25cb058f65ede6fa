"""QMUL-SurvFace's identification test set, with its MATLAB lists and without them."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_survface

BASE = "Face_Identification_Test_Set"
IMAGES = (
    f"{BASE}/gallery/100_cam1_1.jpg",
    f"{BASE}/gallery/100_cam2_1.jpg",
    f"{BASE}/gallery/205_cam1_1.jpg",
    f"{BASE}/mated_probe/100_cam3_1.jpg",
    f"{BASE}/mated_probe/205_cam2_7.jpg",
    f"{BASE}/unmated_probe/999_cam2_1.jpg",
    f"{BASE}/unmated_probe/999_cam2_2.jpg",
    f"{BASE}/unmated_probe/who.jpg",
)


@pytest.fixture
def source(plant):
    return plant(dict.fromkeys(IMAGES))


@pytest.fixture
def write_lists(source, mat):
    def make(folder=BASE, mated=(("100_cam3_1.jpg", 7), ("205_cam2_7.jpg", 8))):
        gallery = (("100_cam1_1.jpg", 7), ("100_cam2_1.jpg", 7), ("205_cam1_1.jpg", 8))
        (source / folder).mkdir(exist_ok=True)
        for name, pairs in (("gallery", gallery), ("mated_probe", mated)):
            content = mat(f"{name}_set", f"{name}_ids", pairs)
            (source / folder / f"{name}_img_ID_pairs.mat").write_bytes(content)

    return make


@pytest.mark.parametrize("folder", [BASE, "Face_Identification_Evaluation"])
def test_lists_tell_who_is_shown_wherever_they_lie(source, write_lists, folder):
    write_lists(folder)
    found = read_survface(source, gallery_sizes=(1,))
    samples = [(one.sample, one.subject, one.attributes["role"]) for one in found.samples]
    assert samples == [
        ("gallery/100_cam1_1.jpg", "7", "gallery"),
        ("gallery/100_cam2_1.jpg", "7", "gallery"),
        ("gallery/205_cam1_1.jpg", "8", "gallery"),
        ("mated_probe/100_cam3_1.jpg", "7", "probe"),
        ("mated_probe/205_cam2_7.jpg", "8", "probe"),
        ("unmated_probe/999_cam2_1.jpg", "unknown/999", "unknown"),
        ("unmated_probe/999_cam2_2.jpg", "unknown/999", "unknown"),
        ("unmated_probe/who.jpg", "unknown/unmated_probe/who.jpg", "unknown"),
    ]
    [protocol] = found.protocols
    assert protocol.references == [name for name, _, _ in samples[:3]]
    assert protocol.probes == [name for name, _, _ in samples[3:]]
    assert protocol.gallery_sizes == (1,)


def test_without_lists_the_file_names_tell(source):
    subjects = [one.subject for one in read_survface(source / BASE).samples]
    assert subjects[:5] == ["100", "100", "205", "100", "205"]


def test_a_mated_probe_of_somebody_who_is_not_enrolled_is_refused(source, write_lists):
    write_lists(mated=(("100_cam3_1.jpg", 9),))
    with pytest.raises(TestSetError, match=r"'mated_probe/100_cam3_1.jpg' shows '9', who is not"):
        read_survface(source)


def test_an_unmated_probe_of_somebody_who_is_enrolled_is_refused_naming_both(source, crop):
    (source / BASE / "unmated_probe" / "205_cam9_1.jpg").write_bytes(crop(99))
    with pytest.raises(TestSetError) as caught:
        read_survface(source)
    assert caught.value.message == (
        "'unmated_probe/205_cam9_1.jpg' cannot be unmated: its person is enrolled by "
        "'gallery/205_cam1_1.jpg'"
    )


@pytest.mark.parametrize("folder", ["gallery", "mated_probe", "unmated_probe"])
def test_a_missing_folder_is_refused(source, tmp_path, folder):
    (source / BASE / folder).rename(tmp_path / "elsewhere")
    with pytest.raises(TestSetError, match=f"{folder}: there is no such folder"):
        read_survface(source)


def test_a_link_out_of_the_set_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    (source / BASE / "unmated_probe" / "1_cam1_1.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"1_cam1_1.jpg: a symbolic link leads out"):
        read_survface(source)
