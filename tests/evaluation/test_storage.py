"""Oracles: hashlib over the known bytes, and the folder's listing."""

import hashlib
import os
import stat

import pytest

from evaluation.storage import atomic_writer, sha256_of_file, write_atomically


def test_a_written_file_holds_the_bytes_and_its_hash_is_returned(tmp_path):
    path = tmp_path / "deep" / "file.bin"
    digest = write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    assert digest == hashlib.sha256(b"content").hexdigest() == sha256_of_file(path)


def test_a_failed_writer_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        _write_half_and_stop(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.bin"]


def test_the_file_does_not_exist_under_its_name_while_it_is_written(tmp_path):
    path = tmp_path / "file.bin"
    with atomic_writer(path) as file:
        file.write(b"x")
        assert not path.exists()
    assert path.exists()


def test_an_existing_file_is_replaced(tmp_path):
    path = tmp_path / "file.bin"
    write_atomically(path, b"a much longer first content")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"


def test_a_written_file_has_the_mode_that_an_ordinary_file_would_have(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file.bin", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file.bin").stat().st_mode) == 0o640


def _write_half_and_stop(path):
    with atomic_writer(path) as file:
        file.write(b"half of the n")
        raise KeyboardInterrupt
