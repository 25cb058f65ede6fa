import boto3
import pytest
from moto import mock_aws

from portal.core.store import place, tidying


@pytest.fixture
def folder(settings, tmp_path):
    """The data folder of this test alone."""
    settings.ASSAY_DATA = tmp_path / "data"
    settings.ASSAY_DATA.mkdir()
    return settings.ASSAY_DATA


@pytest.fixture
def other_host(settings, tmp_path):
    """Go to another host: nothing of this one's folder is there."""
    numbers = iter(range(9))

    def go():
        settings.ASSAY_DATA = tmp_path / f"host-{next(numbers)}"
        settings.ASSAY_DATA.mkdir()
        return settings.ASSAY_DATA

    return go


@pytest.fixture
def bucket(folder, settings, monkeypatch):
    """A bucket that the settings name; a client of it, to look into it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.ASSAY_BUCKET, settings.ASSAY_BUCKET_ENDPOINT = "assay", ""
    monkeypatch.setitem(tidying._due, "at", float("inf"))
    place._opened.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="assay")
        yield client
    place._opened.cache_clear()
