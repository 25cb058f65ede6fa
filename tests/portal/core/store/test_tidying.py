"""What nobody touched for a day goes; what may be in use, and what has a name, stays."""

import os
import time

import pytest

from portal.core import store
from portal.core.store import tidying

LONG_AGO = time.time() - 2 * tidying.KEEP_SECONDS


def old(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "quarantine/.incoming-1",
        "runs/1/.writing-x",
        "models/ab/.writing-x",
        "cache/runs/1/extract.npz",
        "cache/models/ab/abc.onnx",
        "cache/quarantine/1.onnx",
        "cache/runs/1/.writing-x",
    ],
)
def test_what_is_left_behind_goes_after_a_day(folder, name):
    path = old(folder / name)
    os.utime(path)
    assert store.tidy() == 0

    old(path)
    assert store.tidy() == 1
    assert not path.exists()


@pytest.mark.parametrize(
    "name", ["quarantine/1.onnx", "runs/1/result.a1.json", "testsets/faces/manifest.json", ".env"]
)
def test_what_has_a_name_of_its_own_stays_however_old(folder, name):
    path = old(folder / name)

    assert store.tidy() == 0
    assert path.exists()


def test_a_package_goes_as_a_whole_and_only_when_nobody_asked_for_it(folder):
    manifest = old(folder / "cache" / "testsets" / "faces" / "manifest.json")
    package = manifest.parent
    assert store.tidy() == 0

    os.utime(package, (LONG_AGO, LONG_AGO))
    assert store.tidy() == 1
    assert list(package.parent.iterdir()) == []


def test_a_package_that_was_being_copied_goes(folder):
    part = folder / "testsets" / ".half"
    old(part / "manifest.json")
    os.utime(part, (LONG_AGO, LONG_AGO))

    assert store.tidy() == 1
    assert list(part.parent.iterdir()) == []


def test_a_copy_that_is_asked_for_stays(bucket, folder):
    path = folder / "runs" / "1" / "extract.npz"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    store.publish(path)
    copy = folder / "cache" / "runs" / "1" / "extract.npz"
    os.utime(copy, (LONG_AGO, LONG_AGO))

    store.fetch(path)

    assert store.tidy() == 0
    assert copy.exists()


def test_it_happens_by_itself_at_most_once_an_hour(folder, monkeypatch):
    monkeypatch.setitem(tidying._due, "at", 0.0)
    first = old(folder / "quarantine" / ".incoming-1")
    store.tidy_now_and_then()
    second = old(folder / "quarantine" / ".incoming-2")
    store.tidy_now_and_then()

    assert not first.exists()
    assert second.exists()
