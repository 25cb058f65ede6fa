"""A package appears whole or not at all, and the same input gives the same bytes."""

import errno
import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.errors import TestSetError
from evaluation.testsets import (
    ImageKind,
    NewAllPairs,
    NewIdentification,
    NewPairs,
    NewSample,
    contents,
    open_test_set,
    write_test_set,
)


def files_of(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_what_is_written_is_what_is_read(write, tmp_path, crop):
    landmarks = np.array([(0.1, 2.0), (3.5, 4.25), (1e-3, 7.0), (8.0, 9.0), (1 / 3, 11.0)])
    samples = [
        NewSample('ä, "b"', crop(1), ".PNG", "Zoë", landmarks, {"age": "40", "sex": ""}),
        NewSample("c", crop(2), ".png", "Zoë", None, {"age": "41", "sex": "f", "other": "x"}),
        NewSample("d", crop(3), ".png", "Yan", None, {"age": "42", "sex": "m"}),
    ]
    protocols = [
        NewPairs("view2", "View 2", [("c", 'ä, "b"', True, None), ("d", "c", False, None)]),
        NewAllPairs("all", "All"),
    ]
    written = write(samples=samples, protocols=protocols, attributes=("sex", "age"))
    again = open_test_set(tmp_path / "set")
    assert written.sha256 == again.sha256
    assert [sample.sample for sample in again.samples] == ['ä, "b"', "c", "d"]
    assert again.samples[0].attributes == {"sex": "", "age": "40"}
    np.testing.assert_array_equal(again.samples[0].landmarks, landmarks)
    assert again.samples[1].landmarks is None
    assert again.read_image(1) == crop(2)
    assert again.subject_index.tolist() == [0, 0, 1]
    assert again.n_subjects == 2
    pairs = again.protocol("view2")
    assert (pairs.reference.tolist(), pairs.probe.tolist()) == ([1, 2], [0, 1])
    assert pairs.mated.tolist() == [True, False]
    assert pairs.fold is None


def test_folds_are_kept(write):
    assert write().protocol("pairs").fold.tolist() == [0, 1]


def test_the_same_input_gives_the_same_bytes(write, tmp_path):
    one, other = write(), write(tmp_path / "other")
    assert one.sha256 == other.sha256
    assert files_of(one.root) == files_of(other.root)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=4))
def test_any_names_are_kept_exactly_or_refused(tmp_path_factory, png, rows):
    image = png(np.zeros((112, 112, 3), np.uint8))
    samples = [
        NewSample(name, image, ".png", who, None, {"note": note}) for name, who, note in rows
    ]
    destination = tmp_path_factory.mktemp("names") / "set"
    try:
        test_set = write_test_set(
            destination, name="n", title="N", image_kind=ImageKind.ALIGNED, samples=samples,
            protocols=[NewAllPairs("all", "All")], attributes=("note",),
        )  # fmt: skip
    except TestSetError:
        assert not list(destination.parent.iterdir())
        return
    found = [(one.sample, one.subject, one.attributes["note"]) for one in test_set.samples]
    assert found == rows


OLD_MANIFEST = """{
 "schema_version": 1,
 "name": "made-up",
 "title": "Made up",
 "description": "",
 "revision": "1",
 "image_kind": "aligned",
 "licence": "",
 "legal_basis": "",
 "synthetic": false,
 "personal_data": true,
 "subjects_known": true,
 "landmarks": false,
 "attributes": [],
 "tables": {
  "protocols/pairs.csv": {
   "sha256": "PAIRS",
   "rows": 2
  },
  "samples.csv": {
   "sha256": "SAMPLES",
   "rows": 6
  }
 },
 "protocols": [
  {
   "name": "pairs",
   "title": "Pairs",
   "kind": "pairs"
  },
  {
   "name": "all_pairs",
   "title": "All pairs",
   "kind": "all_pairs"
  }
 ]
}
"""


def test_a_set_of_pairs_is_written_as_before_there_were_other_kinds(write):
    root = write().root
    tables = {name: (root / name).read_bytes() for name in ("protocols/pairs.csv", "samples.csv")}
    expected = OLD_MANIFEST
    for word, content in zip(("PAIRS", "SAMPLES"), tables.values(), strict=True):
        expected = expected.replace(word, hashlib.sha256(content).hexdigest())

    assert (root / "manifest.json").read_text() == expected
    assert tables["protocols/pairs.csv"] == b"reference,probe,mated,fold\ns0,s1,1,0\ns0,s2,0,1\n"
    assert tables["samples.csv"].startswith(b"sample,file,sha256,subject\ns0,images/0000/")


def test_what_proves_wrong_when_read_back_leaves_nothing(write, tmp_path, crop):
    samples = [NewSample(f"s{i}", crop(0), ".png", f"p{i}") for i in range(2)]
    search = NewIdentification("search", "Search", references=["s0"], probes=["s1"])

    with pytest.raises(TestSetError) as caught:
        write(samples=samples, protocols=[search])

    assert str(caught.value) == (
        "protocols/search.csv, line 3, would be wrong: "
        "this is the very image that is enrolled as 's0'"
    )
    assert not list(tmp_path.iterdir())


def test_a_written_set_knows_where_it_lies(write, tmp_path, crop):
    test_set = write()
    assert test_set.root == tmp_path / "set"
    assert test_set.read_image(3) == crop(3)


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_an_existing_destination_is_refused_and_left_alone(write, tmp_path, kind):
    destination = tmp_path / "set"
    make = {
        "folder": destination.mkdir,
        "file": destination.touch,
        "dangling link": lambda: destination.symlink_to(tmp_path / "nowhere"),
    }
    make[kind]()
    with pytest.raises(TestSetError, match="destination exists already"):
        write()
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_an_existing_destination_is_refused_before_any_image_is_read(write, tmp_path):
    def samples():
        raise AssertionError("a sample was asked for")
        yield

    (tmp_path / "set").mkdir()
    with pytest.raises(TestSetError, match="destination exists already"):
        write(samples=samples())


def no_folds_mixed(crop):
    return {"protocols": [NewPairs("p", "P", [("s0", "s1", True, 0), ("s0", "s2", False, None)])]}


WRONG = {
    "the manifest's name: String should match": lambda crop: {"name": "Not A Slug"},
    "the manifest's title: String should have at least 1": lambda crop: {"title": ""},
    "at least one protocol": lambda crop: {"protocols": []},
    "two protocols have the same name": lambda crop: {"protocols": [NewAllPairs("a", "A")] * 2},
    "all-pairs protocol needs known subjects": lambda crop: {"subjects_known": False},
    "protocols/p.csv would be empty": lambda crop: {"protocols": [NewPairs("p", "P", [])]},
    "all pairs of fewer than 2": lambda crop: {
        "samples": [NewSample("s", crop(), ".png", "p")], "protocols": [NewAllPairs("a", "A")],
    },
    "sample 's': it is given twice": lambda crop: {
        "samples": [NewSample("s", crop(), ".png", "p")] * 2,
    },
    "its name is empty": lambda crop: {"samples": [NewSample("", crop(), ".png", "p")]},
    "its subject is empty": lambda crop: {"samples": [NewSample("s", crop(), ".png", " p")]},
    "'.exe' is no suffix": lambda crop: {"samples": [NewSample("s", crop(), ".exe", "p")]},
    "sample 's': the image cannot be decoded": lambda crop: {
        "samples": [NewSample("s", b"no image", ".png", "p")],
    },
    "an aligned crop is 112x112 px, this image is 64x64": lambda crop: {
        "samples": [NewSample("s", crop(size=64), ".png", "p")],
    },
    "it has no attribute 'age'": lambda crop: {"attributes": ("age",)},
    "its landmarks are not five finite points": lambda crop: {
        "samples": [NewSample("s", crop(), ".png", "p", np.full((5, 2), np.nan))],
    },
    "trial 1: there is no sample 'nobody'": lambda crop: {
        "protocols": [NewPairs("p", "P", [("s0", "nobody", True, None)])],
    },
    "trial 1: it compares 's0' with itself": lambda crop: {
        "protocols": [NewPairs("p", "P", [("s0", "s0", True, None)])],
    },
    "'s0' and 's2' are mated, but the subjects differ": lambda crop: {
        "protocols": [NewPairs("p", "P", [("s0", "s2", True, None)])],
    },
    "'s0' and 's1' are non-mated, but of one subject": lambda crop: {
        "protocols": [NewPairs("p", "P", [("s0", "s1", False, None)])],
    },
    "fold -1 is not from 0": lambda crop: {
        "protocols": [NewPairs("p", "P", [("s0", "s1", True, -1)])],
    },
    "some trials have a fold, others none": no_folds_mixed,
}  # fmt: skip


@pytest.mark.parametrize("message", WRONG)
def test_wrong_input_is_refused_in_words_and_leaves_nothing(write, tmp_path, crop, message):
    with pytest.raises(TestSetError) as caught:
        write(**WRONG[message](crop))
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_plainly_and_leaves_nothing(write, tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(contents, "_write_synced", full)
    with pytest.raises(TestSetError, match="the disk is full; nothing was left behind"):
        write()
    assert not list(tmp_path.iterdir())


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from evaluation.testsets import ImageKind, NewAllPairs, NewSample, write_test_set
image = Path(sys.argv[2]).read_bytes()
def samples():
    yield NewSample("a", image, ".png", "p")
    os.kill(os.getpid(), signal.SIGKILL)
write_test_set(Path(sys.argv[1]), name="n", title="N", image_kind=ImageKind.ALIGNED,
               samples=samples(), protocols=[NewAllPairs("all", "All")])
"""


def test_what_a_killed_writer_left_is_removed_by_the_next(write, tmp_path, crop, repo_root):
    sets = tmp_path / "sets"
    image = tmp_path / "image.png"
    image.write_bytes(crop())
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WRITER, sets / "set", image], cwd=repo_root, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert [path.name[:13] for path in sets.iterdir()] == [".set.partial-"]
    write(sets / "set")
    assert [path.name for path in sets.iterdir()] == ["set"]


def test_what_a_living_writer_is_writing_is_left_alone(write, tmp_path):
    busy = tmp_path / ".set.partial-other"
    busy.mkdir()
    descriptor = os.open(busy, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        write()
        assert busy.exists()
    finally:
        os.close(descriptor)


def test_a_link_named_like_a_leftover_is_not_followed(write, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    (tmp_path / ".set.partial-link").symlink_to(precious)
    write()
    assert (precious / "file").exists()


def test_images_may_be_read_from_files_and_are_copied_unchanged(write, tmp_path, crop):
    source = tmp_path / "image.png"
    source.write_bytes(crop(5))
    samples = [NewSample("a", source, ".png", "p"), NewSample("b", crop(6), ".png", "p")]
    test_set = write(samples=samples, protocols=[NewAllPairs("all", "All")])
    assert test_set.read_image(0) == crop(5)
    assert source.read_bytes() == crop(5)


def test_progress_counts_the_samples(write):
    counted = []
    write(progress=counted.append)
    assert counted == [1, 2, 3, 4, 5, 6]


def test_the_manifest_holds_no_time_or_place_so_it_names_the_contents(write):
    document = json.loads((write().root / "manifest.json").read_text())
    assert set(document) == {
        "schema_version", "name", "title", "description", "revision", "image_kind", "licence",
        "legal_basis", "synthetic", "personal_data", "subjects_known", "landmarks",
        "attributes", "tables", "protocols",
    }  # fmt: skip
    assert set(document["tables"]) == {"samples.csv", "protocols/pairs.csv"}
    assert document["tables"]["samples.csv"]["rows"] == 6
    assert str(Path.cwd()) not in json.dumps(document)
