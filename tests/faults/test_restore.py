"""A backup taken while a run is in work, and the machine lost: another one goes on."""

import shutil

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, models_at_work
from tests.faults.portal_process import PortalProcess

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

COMMAND = """
import django
django.setup()
from django.core.management import call_command
call_command({arguments})
"""
SOME_DONE = "SELECT id FROM runs_shard WHERE state = 'done' AND \"index\" > 0"
DONE = "SELECT id, attempt, result_sha256 FROM runs_shard WHERE state = 'done' ORDER BY id"
SHARDS = "SELECT id, attempt, result_sha256 FROM runs_shard ORDER BY id"


def call(portal, *arguments):
    portal.python(COMMAND.replace("{arguments}", ", ".join(map(repr, map(str, arguments)))))


@pytest.fixture
def another_portal(portal, request, tmp_path):
    """A portal of the same kind on which nothing is yet."""
    address = ""
    if portal.database_url:
        servers = request.getfixturevalue("servers")
        address = servers.postgres.make_database()
    made = PortalProcess(tmp_path / "new", redis_url=portal.redis_url, database_url=address)
    made.folder.mkdir()
    yield made
    made.stop()


def test_an_unfinished_run_goes_on_after_its_machine_was_lost(
    portal, another_portal, undisturbed, tmp_path
):
    backup = tmp_path / "backup"
    worker = portal.start_worker()
    portal.wait_for(SOME_DONE, "some pieces")
    call(portal, "backup", backup)
    worker.kill()
    worker.wait()
    portal.wait_until(lambda: not models_at_work(portal), "the end of its processes")
    shutil.rmtree(portal.folder)

    call(another_portal, "restore", backup, "--check")
    call(another_portal, "restore", backup)
    done = another_portal.rows(DONE)
    another_portal.start_worker()

    assert_scored_as_if_undisturbed(another_portal, undisturbed)
    assert len(done) >= 2
    assert set(done) <= set(another_portal.rows(SHARDS)), "what was done is not done again"
