"""A published file can be had by every host, whole and as it was, or a sentence says why not."""

import errno
import hashlib

import pytest

from portal.core import store
from portal.core.store.bucket import QUICK

CONTENT = b"whole" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def written(folder, name="runs/1/extract.npz"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    return path


def names_in(bucket):
    return [entry["Key"] for entry in bucket.list_objects_v2(Bucket="assay").get("Contents", ())]


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# -- without a bucket: the folder is all there is


def test_without_a_bucket_a_file_stays_where_it_is(folder):
    path = written(folder)

    store.publish(path)

    assert store.fetch(path) == path
    assert store.fetch(folder / "runs" / "none") == folder / "runs" / "none"
    assert [found for found, _ in store.files_of(folder / "runs")] == [path]
    store.remove(path)
    store.remove(path)
    assert files_below(folder) == []


def test_without_a_bucket_a_source_takes_its_place_and_can_be_taken_back(folder):
    source, path = written(folder, "quarantine/.incoming-1"), folder / "quarantine" / "1.onnx"

    store.publish(path, source=source)
    assert files_below(folder) == ["quarantine/1.onnx"]

    store.take_back(path, source=source)
    assert files_below(folder) == ["quarantine/.incoming-1"]
    store.take_back(path, source=source)
    assert files_below(folder) == ["quarantine/.incoming-1"]


def test_half_written_files_are_not_what_others_can_have(folder):
    written(folder, "runs/1/.writing-x")

    assert list(store.files_of(folder / "runs")) == []


# -- with one


def test_another_host_gets_what_was_published(bucket, folder, other_host):
    store.publish(written(folder))
    elsewhere = other_host()

    found = store.fetch(elsewhere / "runs/1/extract.npz", sha256=SHA256)

    assert found.read_bytes() == CONTENT
    assert files_below(elsewhere) == ["cache/runs/1/extract.npz"]


def test_who_published_keeps_one_copy_and_asks_nobody(bucket, folder):
    path = written(folder)
    store.publish(path)
    bucket.delete_object(Bucket="assay", Key="runs/1/extract.npz")

    assert store.fetch(path).read_bytes() == CONTENT
    assert files_below(folder) == ["cache/runs/1/extract.npz"]


def test_a_source_stays_until_its_owner_removes_it_and_can_be_taken_back(bucket, folder):
    source, path = written(folder, "quarantine/.incoming-1"), folder / "quarantine" / "1.onnx"

    store.publish(path, source=source)
    assert names_in(bucket) == ["quarantine/1.onnx"]

    store.take_back(path, source=source)
    assert (names_in(bucket), files_below(folder)) == ([], ["quarantine/.incoming-1"])


def test_what_is_removed_is_removed_for_every_host(bucket, folder, other_host):
    store.publish(written(folder))
    elsewhere = other_host()
    path = elsewhere / "runs/1/extract.npz"
    store.fetch(path)

    store.remove(path)

    assert (names_in(bucket), files_below(elsewhere)) == ([], [])
    with pytest.raises(FileNotFoundError):
        store.fetch(path)
    assert files_below(elsewhere) == []


def test_a_file_that_is_not_the_one_recorded_is_not_given_out(bucket, folder):
    bucket.put_object(Bucket="assay", Key="runs/1/extract.npz", Body=b"another")

    with pytest.raises(store.StoredFileError, match=r"runs/1/extract\.npz is not what was kept"):
        store.fetch(folder / "runs/1/extract.npz", sha256=SHA256)
    assert files_below(folder) == []


def test_files_of_a_folder_are_those_in_the_bucket(bucket, folder, other_host):
    for name in ("runs/1/a", "runs/1/b", "runs/10/c"):
        store.publish(written(folder, name))
    elsewhere = other_host()

    found = dict(store.files_of(elsewhere / "runs" / "1"))

    assert list(found) == [elsewhere / "runs/1/a", elsewhere / "runs/1/b"]
    assert all(seconds > 1e9 for seconds in found.values())


def test_what_is_not_published_yet_is_found_where_it_was_written(bucket, folder):
    path = written(folder)

    assert store.fetch(path) == path


def test_a_bucket_that_is_not_there_is_an_error_with_a_sentence(bucket, folder, settings):
    settings.ASSAY_BUCKET = "nobodys"
    path = written(folder)

    with pytest.raises(OSError, match=r"^The bucket [a-z ]+: \w+\.$"):
        store.publish(path)
    assert files_below(folder) == ["runs/1/extract.npz"]
    with pytest.raises(OSError, match=r"\.$"):
        store.fetch(folder / "runs" / "none")
    store.take_back(path, source=path)  # hides no other error


def test_a_service_that_does_not_answer_is_an_error_with_a_sentence(
    bucket, folder, settings, monkeypatch
):
    monkeypatch.setattr("portal.core.store.bucket.PATIENT", QUICK)
    settings.ASSAY_BUCKET_ENDPOINT = "http://127.0.0.1:9"

    with pytest.raises(OSError, match=r"^The bucket could not be used: EndpointConnectionError\.$"):
        store.remove(folder / "runs" / "1")


def test_a_full_disk_leaves_nothing_half_fetched(bucket, folder, other_host, monkeypatch):
    store.publish(written(folder))
    elsewhere = other_host()

    def full(self, name, path):
        path.write_bytes(CONTENT[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("portal.core.store.bucket.Bucket.download", full)

    with pytest.raises(OSError, match="No space"):
        store.fetch(elsewhere / "runs/1/extract.npz")
    assert files_below(elsewhere) == []
