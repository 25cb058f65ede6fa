"""SCface: mugshots, and surveillance cameras at three distances."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import read_scface

FILES = (
    "mugshot_frontal_original_all/001_frontal.JPG",
    "mugshot_frontal_original_all/002_frontal.jpg",
    "mugshot_frontal_cropped_all/001_frontal.jpg",
    "mugshot_rotation_all/001_L1.jpg",
    "surveillance_cameras_all/001_cam1_1.jpg",
    "surveillance_cameras_distance_1/cam_1/001_cam1_1.jpg",
    "surveillance_cameras_distance_1/cam_6/002_cam6_1.jpg",
    "surveillance_cameras_distance_2/cam_2/001_cam2_2.jpg",
    "surveillance_cameras_distance_2/cam_2/002_cam2_2.jpg",
    "surveillance_cameras_IR_cam8/001_cam8.jpg",
)


@pytest.fixture
def source(plant):
    return plant(dict.fromkeys(FILES))


def test_each_distance_and_light_is_a_protocol_against_all_mugshots(source):
    found = read_scface(source, gallery_sizes=(1,))
    assert [(one.name, one.title) for one in found.protocols] == [
        ("distance_1", "Cameras at 4.20 m searched among mugshots"),
        ("distance_1_infrared", "Cameras at 4.20 m in infrared searched among mugshots"),
        ("distance_2", "Cameras at 2.60 m searched among mugshots"),
    ]
    for protocol in found.protocols:
        assert protocol.references == list(FILES[:2])
        assert protocol.gallery_sizes == (1,)
    assert [one.probes for one in found.protocols] == [[FILES[5]], [FILES[6]], list(FILES[7:9])]


def test_camera_and_distance_are_attributes(source):
    found = read_scface(source)
    samples = {one.sample: (one.subject, *one.attributes.values()) for one in found.samples}
    assert samples == {
        FILES[0]: ("001", "mugshot", ""),
        FILES[1]: ("002", "mugshot", ""),
        FILES[5]: ("001", "cam1", "4.20 m"),
        FILES[6]: ("002", "cam6", "4.20 m"),
        FILES[7]: ("001", "cam2", "2.60 m"),
        FILES[8]: ("002", "cam2", "2.60 m"),
    }
    assert found.attributes == ("camera", "distance")


def test_one_folder_of_all_cameras_serves_as_well_and_mugshots_may_be_cropped(plant):
    images = {f"surveillance_cameras_all/{name}.jpg": None for name in ("001_cam3_3", "001_cam8")}
    source = plant({"mugshot_frontal_cropped_all/001_frontal.jpg": None, **images})
    [protocol] = read_scface(source, mugshots="cropped").protocols
    assert (protocol.name, protocol.references, protocol.probes) == (
        "distance_3",
        ["mugshot_frontal_cropped_all/001_frontal.jpg"],
        ["surveillance_cameras_all/001_cam3_3.jpg"],
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mugshot_frontal_original_all/1_frontal.jpg", "the file's name is not NNN_frontal"),
        ("surveillance_cameras_distance_1/cam_1/001_cam1_4.jpg", "name is not NNN_camC_D"),
        ("surveillance_cameras_distance_1/cam_1/001_cam1.jpg", "name is not NNN_camC_D"),
    ],
)
def test_another_file_name_is_refused(source, crop, name, message):
    (source / name).write_bytes(crop(99))
    with pytest.raises(TestSetError) as caught:
        read_scface(source)
    assert caught.value.path == source / name
    assert message in caught.value.message


def test_missing_and_empty_folders_are_refused(plant):
    source = plant({"mugshot_frontal_original_all/notes.txt": "none"})
    with pytest.raises(TestSetError, match="original_all: there is no image in this folder"):
        read_scface(source)
    with pytest.raises(TestSetError, match="cropped_all: there is no such folder"):
        read_scface(source, mugshots="cropped")
    plant({"mugshot_frontal_original_all/001_frontal.jpg": None})
    with pytest.raises(TestSetError, match="surveillance_cameras_all: there is no such folder"):
        read_scface(source)
    plant({"surveillance_cameras_all/001_cam8.jpg": None})
    with pytest.raises(TestSetError, match="there is no image of a surveillance camera"):
        read_scface(source)


def test_a_link_out_of_the_set_is_refused(source, tmp_path, crop):
    (tmp_path / "secret.jpg").write_bytes(crop())
    link = source / "surveillance_cameras_distance_3" / "cam_1" / "001_cam1_3.jpg"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(TestSetError, match=r"001_cam1_3.jpg: a symbolic link leads out"):
        read_scface(source)
