"""Hosts that share PostgreSQL, Redis and a bucket, and nothing else."""

import json
import shutil
import signal

import pytest

from tests.faults.afterwards import descendants_of, models_at_work
from tests.faults.portal_process import PortalProcess
from tests.faults.servers import BucketServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

SHOW_RESULT = """
import json, os
from pathlib import Path
import django
django.setup()
from django.conf import settings
from evaluation.pipeline import comparable
from evaluation.results import load_result
from portal.core import store
from portal.runs.models import EvaluationRun
run = EvaluationRun.objects.get()
path = store.fetch(settings.ASSAY_DATA / run.result_file, sha256=run.result_sha256)
shown = json.dumps(comparable(load_result(path)), sort_keys=True)
(settings.ASSAY_DATA / "shown.json").write_text(shown)
"""
DONE_BY = "SELECT DISTINCT worker FROM runs_shard WHERE state = 'done'"


@pytest.fixture
def bucket():
    server = BucketServer()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def hosts(servers, bucket, tmp_path):
    """Three hosts with a data folder each: a model was submitted on the first."""
    address = servers.postgres.make_database()
    made = [
        PortalProcess(
            tmp_path / name,
            redis_url=servers.redis.url,
            database_url=address,
            **bucket.settings,
        )
        for name in ("web", "first", "second")
    ]
    for host in made:
        host.folder.mkdir()
    made[0].lose_messages()  # of the test before
    made[0].prepare()
    yield made
    for host in made:
        host.stop()


def pids_of(workers):
    """Return the numbers of the processes that did the pieces, from workers' names."""
    return {int(str(worker).rpartition(":")[2]) for (worker,) in workers}


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def assert_as_if_undisturbed(hosts, bucket, undisturbed):
    web = hosts[0]
    assert web.wait_for_the_end() == "scored"
    web.python(SHOW_RESULT)
    assert json.loads((web.folder / "shown.json").read_text()) == json.loads(undisturbed)

    ((run, model),) = web.rows(
        "SELECT r.id, s.model_sha256 FROM runs_evaluationrun r"
        " JOIN submissions_submission s ON s.id = r.submission_id"
    )
    ((package,),) = web.rows("SELECT package FROM testsets_testset")
    ((result,),) = web.rows("SELECT result_file FROM runs_evaluationrun")
    kept = {
        f"models/{model[:2]}/{model}.onnx",
        f"testsets/{package}.tar",
        result,
        result.replace("/result.", "/evidence.").replace(".json", ".npz"),
    }
    web.wait_until(lambda: set(bucket.names()) == kept, "no file in the bucket that no row needs")
    assert str(run) in result


def test_hosts_that_share_no_folder_share_the_pieces_of_a_run(hosts, bucket, undisturbed):
    web, first, second = hosts
    assert not any(path.startswith("quarantine") for path in files_below(web.folder))
    workers = [first.start_worker("first"), second.start_worker("second")]
    pools = [set(), set()]

    def both_worked():
        for pool, worker in zip(pools, workers, strict=True):
            pool |= descendants_of(worker.pid)
        return bool(web.rows("SELECT id FROM runs_evaluationrun WHERE finished_at IS NOT NULL"))

    web.wait_until(both_worked, "the end of the run")

    assert_as_if_undisturbed(hosts, bucket, undisturbed)
    done_by = pids_of(web.rows(DONE_BY))
    assert all(pool & done_by for pool in pools), (pools, done_by)
    for host in (first, second):
        assert {path.split("/")[0] for path in files_below(host.folder)} <= {
            *("cache", "locks", "first.log", "second.log", "secret-key")
        }


def test_a_host_that_is_lost_with_its_disk_takes_nothing_along(hosts, bucket, undisturbed):
    web, first, second = hosts
    worker = first.start_worker("first")
    web.wait_for("SELECT id FROM runs_shard WHERE state = 'done'", "the first piece")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    web.wait_until(lambda: not models_at_work(first), "the end of its processes")
    shutil.rmtree(first.folder)

    second.start_worker("second")

    assert_as_if_undisturbed(hosts, bucket, undisturbed)
