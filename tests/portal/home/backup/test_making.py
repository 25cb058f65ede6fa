"""A backup is there whole, for its owner alone, or it is not there."""

import errno
import json
import sqlite3
import stat
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evaluation.storage import sha256_of_file
from portal.home.backup import BackupError, database, make_backup, making, read_manifest

pytestmark = pytest.mark.django_db(transaction=True)


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def filled(data_folder):
    """A data folder with something of everything."""
    for name in (
        *("quarantine/1.onnx", "models/ab/abc.onnx", "runs/1/result.a1.json", "runs/1/x.npz"),
        *("testsets/faces/manifest.json", "testsets/faces/images/1.png"),
        *("runs/1/.writing-x", "quarantine/.incoming-x", "cache/models/ab/abc.onnx"),
        *("broker/messages/1.msg", "logs/worker.log", "secret-key", "demo-password"),
    ):
        path = data_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    return data_folder


def test_it_holds_the_database_and_every_file_that_a_row_may_name_and_nothing_else(filled, folder):
    made = make_backup(folder)

    kept = [
        *("models/ab/abc.onnx", "quarantine/1.onnx", "runs/1/result.a1.json", "runs/1/x.npz"),
        *("testsets/faces/images/1.png", "testsets/faces/manifest.json"),
    ]
    assert sorted(made.files) == kept
    assert files_below(folder) == ["database", *(f"files/{name}" for name in kept), "manifest.json"]
    for name in kept:
        assert (folder / "files" / name).read_bytes() == (filled / name).read_bytes()
        assert made.files[name].sha256 == sha256_of_file(filled / name)
    assert read_manifest(folder) == made
    assert ("core", "0001_initial") in made.migrations


def test_nobody_else_may_read_it(filled, folder):
    make_backup(folder)

    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the copy of SQLite is looked into")
def test_the_database_is_one_file_that_can_be_read_without_writing_beside_it(run, folder):
    make_backup(folder)

    with closing(sqlite3.connect(f"file:{folder / 'database'}?mode=ro", uri=True)) as copy:
        assert copy.execute("SELECT COUNT(*) FROM runs_evaluationrun").fetchone() == (1,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert files_below(folder) == ["database", "manifest.json"]


def test_a_file_that_comes_while_it_is_made_is_in_it(filled, folder, monkeypatch):
    dump = database.dump

    def meanwhile(path):
        (filled / "runs" / "1" / "late.npz").write_text("new, and a row names it")
        (filled / "quarantine" / "1.onnx").unlink()
        dump(path)

    monkeypatch.setattr(database, "dump", meanwhile)

    made = make_backup(folder)

    assert {"runs/1/late.npz", "quarantine/1.onnx"} <= made.files.keys()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_one_that_was_cut_short_leaves_nothing_that_looks_like_one(
    filled, folder, monkeypatch, error
):
    def cut(path):
        raise error

    monkeypatch.setattr(database, "dump", cut)

    with pytest.raises(type(error)):
        make_backup(folder)
    assert list(folder.parent.iterdir()) == []


def test_a_folder_that_is_there_is_not_written_into(filled, folder):
    folder.mkdir()

    with pytest.raises(BackupError, match="is there already"):
        make_backup(folder)
    assert list(folder.parent.rglob("*")) == [folder]


def test_a_backup_below_the_data_folder_is_refused(filled):
    with pytest.raises(BackupError, match="lost with it"):
        make_backup(filled / "backup")


def test_the_command_says_what_was_backed_up(filled, folder):
    said = StringIO()

    call_command("backup", folder, stdout=said)

    assert "Files: 6." in said.getvalue()


def test_the_command_says_why_nothing_was(filled, folder, monkeypatch):
    def full(path, files):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(making, "_copy_files", full)

    with pytest.raises(CommandError, match=r"^Nothing was backed up: No space left on device\.$"):
        call_command("backup", folder, stdout=StringIO())


def test_without_postgresqls_programs_a_sentence_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(database.shutil, "which", lambda _: None)
    monkeypatch.setattr(database, "DEBIANS_FOLDER", tmp_path)

    with pytest.raises(BackupError, match=r"pg_dump is not installed here"):
        database._found("pg_dump")


def test_the_newest_of_debians_versions_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(database.shutil, "which", lambda _: None)
    monkeypatch.setattr(database, "DEBIANS_FOLDER", tmp_path)
    for version in ("9", "15", "17"):
        program = tmp_path / version / "bin" / "pg_dump"
        program.parent.mkdir(parents=True)
        program.touch()

    assert database._found("pg_dump") == str(tmp_path / "17" / "bin" / "pg_dump")


def test_the_manifest_is_for_people_too(filled, folder):
    make_backup(folder)

    document = json.loads((folder / "manifest.json").read_text())

    assert (document["format"], document["vendor"]) == (1, connection.vendor)
    told = document["files"]["quarantine/1.onnx"]
    assert told["size_bytes"] == len("content of quarantine/1.onnx")
