"""Moves between states, against a table written here; the database is the judge."""

import threading

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portal.core.states import move
from portal.runs.models import EvaluationRun, RunEvent
from tests.portal.builders import make_run

MOVES = {
    "queued": frozenset({"running", "cancelled"}),
    "running": frozenset({"queued", "failed_platform"}),
    "cancelled": frozenset(),
}


def moved(run, to, **fields):
    return move(EvaluationRun, run.pk, to=to, moves=MOVES, events=RunEvent, by="worker-1", **fields)


@pytest.mark.django_db
def test_a_move_that_the_table_allows_is_made_with_its_fields_and_its_history():
    run = make_run("queued")

    assert moved(run, "running", reason="taken", worker="worker-1", attempt=None)

    run.refresh_from_db()
    event = run.events.get()
    assert (run.state, run.worker) == ("running", "worker-1")
    assert (event.from_state, event.to_state, event.by) == ("queued", "running", "worker-1")
    assert event.reason == "taken"


@pytest.mark.django_db
def test_a_move_that_the_table_forbids_changes_nothing():
    run = make_run("cancelled")

    assert not moved(run, "running")

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not run.events.exists()


@pytest.mark.django_db
def test_a_late_report_of_a_dead_attempt_moves_nothing():
    run = make_run("running", attempt=2)

    assert not moved(run, "queued", attempt=1)
    assert moved(run, "queued", attempt=2)


@pytest.mark.django_db
def test_a_further_condition_narrows_the_move():
    run = make_run("running")
    expired = Q(lease_expires_at__lt=timezone.now())

    assert not moved(run, "queued", where=expired)


@pytest.mark.django_db
def test_the_history_tells_the_state_that_was_left():
    run = make_run("queued")
    for to in ("running", "queued", "cancelled"):
        fields = {"finished_at": timezone.now()} if to == "cancelled" else {}
        assert moved(run, to, **fields)

    steps = [(event.from_state, event.to_state) for event in run.events.all()]
    assert steps == [("queued", "running"), ("running", "queued"), ("queued", "cancelled")]


def between_reading_and_writing(change):
    """Make ``change`` just before the first UPDATE, as another process would."""
    waiting = [change]

    def execute_later(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and waiting:
            waiting.pop()()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute_later)


@pytest.mark.django_db
def test_a_row_that_somebody_else_moved_in_between_is_not_moved():
    run = make_run("queued")
    row = EvaluationRun.objects.filter(pk=run.pk)

    with between_reading_and_writing(
        lambda: row.update(state="cancelled", finished_at=timezone.now())
    ):
        assert not moved(run, "running")

    assert row.get().state == "cancelled"
    assert not run.events.exists()


@pytest.mark.django_db
def test_the_history_never_names_a_state_that_the_row_had_left():
    run = make_run("queued")
    row = EvaluationRun.objects.filter(pk=run.pk)
    both = {"queued": frozenset({"failed_platform"}), "running": frozenset({"failed_platform"})}

    with between_reading_and_writing(lambda: row.update(state="running")):
        assert move(
            EvaluationRun,
            run.pk,
            to="failed_platform",
            moves=both,
            events=RunEvent,
            by="reaper",
            finished_at=timezone.now(),
        )

    assert run.events.get().from_state == "running"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_callers_at_once_one_makes_the_move():
    if connection.vendor != "postgresql":
        pytest.skip("threads do not share the in-memory SQLite of the tests")
    run = make_run("queued")
    answers = []
    start = threading.Barrier(6)

    def take():
        start.wait()
        try:
            answers.append(moved(run, "running"))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 5 + [True]
    assert run.events.count() == 1
