from types import SimpleNamespace

import pytest

from tests.faults.portal_process import PortalProcess, copy_of
from tests.faults.servers import PostgresServer, RedisServer, missing_programs

FORGET_THE_MESSAGE = """
import django
django.setup()
from portal.submissions.models import Submission
Submission.objects.update(nudged_at=None)
"""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A data folder with one model submitted and one test set; never worked on itself."""
    folder = tmp_path_factory.mktemp("prepared")
    PortalProcess(folder).prepare()
    return folder


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """A Redis and a PostgreSQL for these tests alone."""
    if missing := missing_programs():
        pytest.skip(f"Not installed: {', '.join(missing)}; `make services` installs them by apt.")
    redis = RedisServer(tmp_path_factory.mktemp("redis"))
    postgres = PostgresServer(tmp_path_factory.mktemp("postgres"))
    postgres.make()
    redis.start()
    postgres.start()
    yield SimpleNamespace(redis=redis, postgres=postgres)
    redis.kill()
    postgres.kill()


@pytest.fixture(scope="session")
def prepared_on_servers(servers, tmp_path_factory):
    """The folder and the database; the sweep sends the message again that the broker forgot."""
    folder = tmp_path_factory.mktemp("prepared-on-servers")
    address = servers.postgres.make_database()
    portal = PortalProcess(folder, redis_url=servers.redis.url, database_url=address)
    portal.prepare()
    portal.python(FORGET_THE_MESSAGE)
    return folder, address


@pytest.fixture
def portal_on_servers(servers, prepared_on_servers, tmp_path):
    """A portal with a broker and a database that can be stopped."""
    folder, address = prepared_on_servers
    process = PortalProcess(
        copy_of(folder, tmp_path / "data"),
        redis_url=servers.redis.url,
        database_url=servers.postgres.make_database(like=address),
    )
    process.lose_messages()  # of the test before
    yield process
    process.stop()


@pytest.fixture
def portal_on_files(prepared, tmp_path):
    """A portal whose database and broker lie in its folder."""
    process = PortalProcess(copy_of(prepared, tmp_path / "data"))
    yield process
    process.stop()


@pytest.fixture(params=["files", "servers"])
def portal(request):
    """Both in turn: what is true of one must be true of the other."""
    return request.getfixturevalue(f"portal_on_{request.param}")


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
