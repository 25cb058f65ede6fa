"""What monitoring reads: right figures, in a constant number of queries, naming nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from portal.accounts.models import Role
from portal.core.metrics import REGISTRY
from portal.runs.models import RunEvent, RunState, ShardState, Stage
from portal.submissions.models import SubmissionEvent, SubmissionState
from tests.portal.builders import (
    make_product,
    make_run,
    make_shard,
    make_submission,
    make_supplier,
    make_user,
)

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40


def figure(name, **labels):
    """One figure, as a scrape would find it now; None where it is not given."""
    return REGISTRY.get_sample_value(name, labels)


def ago(**span):
    return timezone.now() - timedelta(**span)


def running(**overrides):
    return make_run(RunState.RUNNING, **{"started_at": ago(minutes=30)} | overrides)


def done(run, **overrides):
    fields = {"state": ShardState.DONE, "result_sha256": "0" * 64, "attempt": 1}
    return make_shard(run, **fields | {"heartbeat_at": ago(minutes=20)} | overrides)


# -- who may read


def scrape(token=None, **headers):
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return Client().get(reverse("core:metrics"), headers=headers)


def test_monitoring_reads_the_usual_format_with_its_token(settings):
    settings.ASSAY_METRICS_TOKEN = TOKEN
    make_run()

    response = scrape(TOKEN, Accept="application/openmetrics-text;version=1.0.0")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    families = {family.name for family in text_string_to_metric_families(response.text)}
    assert {"assay_runs", "assay_oldest_waiting_seconds", "assay_data_free_bytes"} <= families


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "t", "é"])
def test_another_token_is_refused(settings, token):
    settings.ASSAY_METRICS_TOKEN = TOKEN

    response = scrape(token)

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("token", ["", " ", "None"])
def test_where_no_token_is_set_none_is_right(settings, token):
    settings.ASSAY_METRICS_TOKEN = ""

    assert scrape(token).status_code == 401


def test_the_token_opens_nothing_else(settings):
    settings.ASSAY_METRICS_TOKEN = TOKEN
    headers = {"Authorization": f"Bearer {TOKEN}"}

    assert Client().get(reverse("api:run-list"), headers=headers).status_code == 401
    assert Client().get(reverse("core:audit_list"), headers=headers).status_code == 302


# -- what it costs, and what it must not say


def queries():
    with CaptureQueriesContext(
        connection,
    ) as found:
        list(REGISTRY.collect())
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_rows():
    make_shard(running())
    few = queries()
    for _ in range(4):
        make_shard(running(), stage=Stage.COMPARE)
        make_submission(SubmissionState.UPLOADED)
        make_run(RunState.FAILED_SUPPLIER, failure_code="MODEL-TIMEOUT")

    assert queries() == few <= 12


def test_no_figure_names_a_supplier_a_model_or_a_person(sign_in):
    supplier = make_supplier(legal_name="Secretive Faces Limited", slug="secretive")
    product = make_product(supplier=supplier, name="Hush", slug="hush")
    submission = make_submission(product=product, version="9.9-hush", card={"name": "hush"})
    run = running(submission=submission)
    make_shard(run, worker="machine-7:1")
    make_run(RunState.FAILED_SUPPLIER, failure_code="MODEL-TIMEOUT", submission=submission)

    text = sign_in(make_user(Role.JSARC)).get(reverse("core:metrics")).text.lower()

    assert "assay_runs" in text
    for name in ("secretive", "hush", "9.9", "machine-7", str(run.pk), str(submission.pk), "@"):
        assert name not in text


# -- the figures


def test_rows_are_counted_by_state_and_a_state_without_rows_says_nought():
    make_run(RunState.SCORED)
    make_submission(SubmissionState.UPLOADED)

    assert figure("assay_runs", state="scored") == 1
    assert figure("assay_runs", state="queued") == 0
    assert figure("assay_submissions", state="uploaded") == 1
    assert figure("assay_submissions", state="rejected") == 0


def test_a_check_waits_since_its_last_move_and_a_stuck_one_is_counted_apart(settings):
    name = "assay_oldest_waiting_check_seconds"
    assert figure(name) == 0
    tried = make_submission(SubmissionState.UPLOADED, created_at=ago(hours=9))
    event = SubmissionEvent.objects.create(submission=tried, to_state="uploaded", by="reaper")
    SubmissionEvent.objects.filter(pk=event.pk).update(at=ago(seconds=100))
    make_submission(SubmissionState.UPLOADED, created_at=ago(seconds=50))
    stuck = {"attempt": settings.MAX_ATTEMPTS, "created_at": ago(hours=9)}
    make_submission(SubmissionState.UPLOADED, **stuck)

    assert figure(name) == pytest.approx(100, abs=30)
    assert figure("assay_stuck_checks") == 1


def waits(step):
    return figure("assay_oldest_waiting_seconds", step=step)


def test_nothing_waits_where_there_is_nothing():
    assert {waits(step) for step in ("start", "extract", "compare", "speed", "score")} == {0}


def test_a_queued_run_waits_to_be_started():
    make_run(queued_at=ago(minutes=5))
    make_run(queued_at=ago(minutes=2))

    assert waits("start") == pytest.approx(300, abs=30)


def test_the_rest_of_an_extraction_does_not_wait_for_a_worker_while_its_first_piece_is_done():
    run = running()
    first = make_shard(run, state=ShardState.RUNNING, attempt=1, heartbeat_at=ago(seconds=1))
    make_shard(run)
    make_shard(run, stage=Stage.COMPARE)
    assert (waits("extract"), waits("compare")) == (0, 0)

    first.state, first.result_sha256 = ShardState.DONE, "0" * 64
    first.save()

    assert waits("extract") == pytest.approx(1800, abs=30)
    assert waits("compare") == 0  # it waits for the extraction, not for a worker


def test_comparisons_and_speed_wait_since_the_extraction_ended():
    run = running()
    done(run)
    make_shard(run, stage=Stage.COMPARE)
    make_shard(run, stage=Stage.SPEED)

    assert waits("extract") == 0
    assert waits("compare") == pytest.approx(1200, abs=30)
    assert waits("speed") == pytest.approx(1200, abs=30)
    assert waits("score") == 0


def test_a_piece_that_was_begun_waits_since_its_last_sign_of_life():
    run = running()
    done(run)
    make_shard(run, attempt=1, heartbeat_at=ago(minutes=3))

    assert waits("extract") == pytest.approx(180, abs=30)


def test_a_run_whose_pieces_are_done_waits_for_its_score():
    run = running()
    done(run)
    done(run, stage=Stage.COMPARE, heartbeat_at=ago(minutes=4))

    assert waits("score") == pytest.approx(240, abs=30)


def test_pieces_finished_lately_are_counted_by_window():
    run = running()
    done(run, heartbeat_at=ago(seconds=1))
    done(run, heartbeat_at=ago(minutes=5))
    done(run, heartbeat_at=ago(minutes=50))
    ended = make_run(RunState.SCORED, finished_at=ago(seconds=2))
    done(ended, heartbeat_at=ago(seconds=3))
    make_shard(run, heartbeat_at=ago(seconds=1))

    def finished(window):
        return figure("assay_pieces_finished", stage="extract", window=window)

    assert (finished("1m"), finished("10m")) == (2, 3)


def test_failures_are_counted_by_fault_and_code():
    for _ in range(2):
        make_run(RunState.FAILED_SUPPLIER, failure_code="MODEL-TIMEOUT")
    make_run(RunState.FAILED_PLATFORM, failure_code="PLATFORM")
    make_submission(SubmissionState.REJECTED, failure_code="OUTPUT-CONSTANT")

    assert figure("assay_failed_runs_total", blame="supplier", code="MODEL-TIMEOUT") == 2
    assert figure("assay_failed_runs_total", blame="platform", code="PLATFORM") == 1
    assert figure("assay_failed_runs_total", blame="supplier", code="PLATFORM") is None
    assert figure("assay_refused_models_total", code="OUTPUT-CONSTANT") == 1


def test_what_workers_lost_is_counted(settings):
    run = running()
    RunEvent.objects.create(run=run, to_state="queued", by="reaper", reason="the lease expired")
    RunEvent.objects.create(run=run, to_state="running", by="worker")
    done(run, attempt=3)
    make_shard(run)
    overdue = {"state": ShardState.RUNNING, "attempt": 2, "lease_expires_at": ago(minutes=1)}
    make_shard(run, **overdue)
    submission = make_submission()
    for reason in ("the lease expired", "our platform failed", "our platform failed", ""):
        SubmissionEvent.objects.create(
            submission=submission, to_state="uploaded", by="x", reason=reason
        )

    assert figure("assay_run_leases_expired_total") == 1
    assert figure("assay_pieces_begun_again_total") == 3
    assert figure("assay_leases_overdue") == 1
    assert figure("assay_check_leases_expired_total") == 1
    assert figure("assay_check_faults_total") == 2


def test_the_quarantine_is_measured():
    assert (figure("assay_quarantine_files"), figure("assay_quarantine_bytes")) == (0, 0)
    make_submission(state="uploaded", model_size_bytes=1000)
    make_submission(
        state="checking", model_size_bytes=200, detector_sha256="d" * 64, detector_size_bytes=30
    )
    make_submission(state="ready", model_size_bytes=5)

    assert (figure("assay_quarantine_files"), figure("assay_quarantine_bytes")) == (3, 1230)


def test_the_room_on_the_disk_is_told(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path

    assert figure("assay_data_free_bytes") > 0
