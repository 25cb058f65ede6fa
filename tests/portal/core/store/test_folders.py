"""A folder comes to another host whole or not at all."""

import io

import pytest
from backports import tarfile

from portal.core import store


def package(folder):
    path = folder / "testsets" / "faces"
    (path / "images").mkdir(parents=True)
    (path / "manifest.json").write_text("{}")
    (path / "images" / "1.png").write_bytes(b"png")
    return path


def visible(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_without_a_bucket_it_stays_where_it_is(folder):
    path = package(folder)

    store.publish_folder(path)

    assert store.fetch_folder(path) == path
    assert store.folders_of(folder / "testsets") == set()


def test_another_host_gets_the_whole_folder(bucket, folder, other_host):
    store.publish_folder(package(folder))
    assert store.fetch_folder(folder / "testsets/faces") == folder / "testsets/faces"
    elsewhere = other_host()
    assert store.folders_of(elsewhere / "testsets") == {"faces"}

    found = store.fetch_folder(elsewhere / "testsets" / "faces")

    assert visible(found) == ["images/1.png", "manifest.json"]
    assert visible(elsewhere) == [f"cache/testsets/faces/{one}" for one in visible(found)]
    bucket.delete_object(Bucket="assay", Key="testsets/faces.tar")
    assert store.fetch_folder(elsewhere / "testsets" / "faces") == found


def test_publishing_leaves_nothing_beside_and_is_done_once(bucket, folder, other_host):
    path = package(folder)
    store.publish_folder(path)
    before = bucket.head_object(Bucket="assay", Key="testsets/faces.tar")["ETag"]
    (path / "late.txt").write_text("not published any more")

    store.publish_folder(path)

    assert bucket.head_object(Bucket="assay", Key="testsets/faces.tar")["ETag"] == before
    assert [one.name for one in path.parent.iterdir()] == ["faces"]


def test_a_folder_that_nobody_published_is_not_there(bucket, folder):
    with pytest.raises(FileNotFoundError):
        store.fetch_folder(folder / "testsets" / "none")
    assert visible(folder) == []


def test_somebody_quicker_is_no_error(bucket, folder, other_host, monkeypatch):
    store.publish_folder(package(folder))
    elsewhere = other_host()
    copy = elsewhere / "cache" / "testsets" / "faces"
    untarred = tarfile.TarFile.extractall

    def while_another_does(self, *args, **options):
        untarred(self, *args, **options)
        if not copy.exists():
            untarred(self, copy, filter="data")

    monkeypatch.setattr(tarfile.TarFile, "extractall", while_another_does)

    assert store.fetch_folder(elsewhere / "testsets" / "faces") == copy
    assert [one.name for one in copy.parent.iterdir()] == ["faces"]


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped-from-a-package"])
def test_a_packed_file_cannot_write_outside(bucket, folder, name):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("../" + name), io.BytesIO())
    bucket.put_object(Bucket="assay", Key="testsets/faces.tar", Body=content.getvalue())

    with pytest.raises(tarfile.FilterError):
        store.fetch_folder(folder / "testsets" / "faces")
    assert visible(folder) == []
