"""A backup holds what lies in a bucket, and goes back to a bucket or to a folder."""

import pytest

from portal.core import store
from portal.home.backup import make_backup, restore_backup
from portal.runs.models import ShardState
from tests.portal.runs.steps import state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(run, messages, data_folder):
    """A run of which one piece is done, and a test set; both as files in the folder."""
    messages.deliver()
    messages.deliver()
    images = data_folder / "testsets" / "faces" / "images"
    images.mkdir(parents=True)
    (images.parent / "manifest.json").write_text("{}")
    (images / "1.png").write_bytes(b"png")
    return run


def names_in(bucket):
    return {entry["Key"] for entry in bucket.list_objects_v2(Bucket="assay").get("Contents", ())}


def test_from_a_folder_to_a_bucket_and_from_there_to_a_folder(
    filled, bucket_client, settings, tmp_path_factory
):
    backups = tmp_path_factory.mktemp("backups")
    piece = filled.shards.get(state=ShardState.DONE).result_file
    make_backup(backups / "of-a-folder")

    settings.ASSAY_BUCKET = "assay"
    move_to(settings, tmp_path_factory.mktemp("second"))
    restore_backup(backups / "of-a-folder", replace=True)
    assert names_in(bucket_client) == {piece, "testsets/faces.tar"}

    move_to(settings, tmp_path_factory.mktemp("third"))
    made = make_backup(backups / "of-a-bucket")
    assert set(made.files) == {piece, "testsets/faces.tar"}

    settings.ASSAY_BUCKET = ""
    folder = move_to(settings, tmp_path_factory.mktemp("fourth"))
    restore_backup(backups / "of-a-bucket", replace=True)
    assert (folder / piece).is_file()
    assert (folder / "testsets" / "faces" / "images" / "1.png").read_bytes() == b"png"
    assert state_of(filled) == "running"


def test_what_is_replaced_goes_from_the_bucket_too(
    filled, bucket_client, data_folder, settings, tmp_path_factory
):
    backup = tmp_path_factory.mktemp("backups") / "of-a-folder"
    make_backup(backup)
    settings.ASSAY_BUCKET = "assay"
    stray = data_folder / "runs" / "stray.json"
    stray.write_text("{}")
    store.publish(stray)

    restore_backup(backup, replace=True)

    assert "runs/stray.json" not in names_in(bucket_client)


def move_to(settings, folder):
    settings.ASSAY_DATA = folder
    settings.ASSAY_TEST_SETS = folder / "testsets"
    return folder
