import pytest

from tests.portal.bucket_fixtures import bucket_client
from tests.portal.pipeline_fixtures import data_folder, messages, supplier_person
from tests.portal.runs.steps import harness, run

__all__ = ["bucket_client", "data_folder", "harness", "messages", "run", "supplier_person"]


@pytest.fixture
def folder(tmp_path_factory):
    """Where a backup may be made: beside the data folder, and nothing is there yet."""
    return tmp_path_factory.mktemp("backups") / "monday"
