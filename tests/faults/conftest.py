import os

import pytest

from tests.faults.portal_process import PortalProcess, copy_of


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A data folder with one model submitted and one test set; never worked on itself."""
    folder = tmp_path_factory.mktemp("prepared")
    PortalProcess(folder).prepare()
    return folder


@pytest.fixture
def portal(prepared, tmp_path):
    process = PortalProcess(copy_of(prepared, tmp_path / "data"))
    yield process
    process.stop()


@pytest.fixture
def portal_on_redis(prepared, tmp_path):
    address = os.environ.get("ASSAY_TEST_REDIS_URL")
    if not address:
        pytest.skip("ASSAY_TEST_REDIS_URL names no Redis server; `make services` starts one")
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 14
    address = f"{address.rpartition('/')[0]}/{number}"
    process = PortalProcess(copy_of(prepared, tmp_path / "data"), redis_url=address)
    process.python(f"import redis; redis.Redis.from_url({address!r}).flushdb()")
    yield process
    process.stop()


@pytest.fixture(scope="session")
def undisturbed(prepared, tmp_path_factory):
    """The result of the same model when nothing happens to it."""
    process = PortalProcess(copy_of(prepared, tmp_path_factory.mktemp("undisturbed") / "data"))
    try:
        process.start_worker()
        assert process.wait_for_the_end() == "scored"
        return process.result()
    finally:
        process.stop()
