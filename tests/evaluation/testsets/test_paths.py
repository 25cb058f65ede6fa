"""No file name leads out of its folder."""

import os

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.paths import is_plain_relative, read_bounded, read_inside


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/.", "a\\b", "a\0b", "a\nb", "a/"],
)
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path, name):
    assert not is_plain_relative(name)
    with pytest.raises(TestSetError, match="leads out of its folder"):
        read_inside(tmp_path, name)


@pytest.mark.parametrize("name", ["a", "a/b.jpg", "Zoë Ø.jpg", "..a", "a..b/c"])
def test_a_plain_name_is_accepted(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert read_inside(tmp_path, name) == b"x"


def test_a_link_inside_the_folder_is_followed(tmp_path):
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    assert read_inside(tmp_path, "link") == b"x"


def test_a_link_to_outside_is_refused(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "link").symlink_to("../secret")
    with pytest.raises(TestSetError, match="symbolic link leads out"):
        read_inside(folder, "link")


def test_a_linked_folder_to_outside_is_refused(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "up").symlink_to("..")
    with pytest.raises(TestSetError, match="symbolic link leads out"):
        read_inside(folder, "up/secret")


def test_a_circle_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(TestSetError, match="missing or cannot be read"):
        read_inside(tmp_path, "a")


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TestSetError, match="no regular file"):
        read_inside(tmp_path, "pipe")


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, limit=5) == b"12345"
    with pytest.raises(TestSetError, match="larger than 4 bytes"):
        read_bounded(path, limit=4)


def test_a_file_beyond_the_limit_is_refused_below_a_folder_too(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    assert read_inside(tmp_path, "file", limit=5) == b"12345"
    with pytest.raises(TestSetError, match="larger than 4 bytes"):
        read_inside(tmp_path, "file", limit=4)


def test_a_file_is_read_anew_each_time(tmp_path):
    path = tmp_path / "a" / "b"
    with pytest.raises(TestSetError, match="missing or cannot be read"):
        read_inside(tmp_path, "a/b")
    path.parent.mkdir()
    path.write_bytes(b"first")
    assert read_inside(tmp_path, "a/b") == b"first"
    path.write_bytes(b"the second")
    assert read_inside(tmp_path, "a/b") == b"the second"
    path.unlink()
    with pytest.raises(TestSetError, match="missing or cannot be read"):
        read_inside(tmp_path, "a/b")


def test_an_empty_file_has_no_bytes(tmp_path):
    (tmp_path / "nothing").touch()
    assert read_inside(tmp_path, "nothing") == b""
