import pytest

from tests.portal.bucket_fixtures import bucket_client

__all__ = ["bucket_client"]


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
def bucket(bucket_client, folder, settings):
    """The bucket that the settings name; a client of it, to look into it."""
    settings.ASSAY_BUCKET, settings.ASSAY_BUCKET_ENDPOINT = "assay", ""
    return bucket_client
