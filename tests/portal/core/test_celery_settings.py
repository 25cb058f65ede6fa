"""What is in force, read from the application itself: a setting that looks set may be ignored."""

from datetime import timedelta

import pytest
from django.conf import settings

from portal.celery import app


def test_each_time_limit_gives_up_before_the_next_one():
    limits = [
        settings.SHARD_TIME_LIMIT.total_seconds(),
        app.conf.task_soft_time_limit,
        app.conf.task_time_limit,
        app.conf.broker_transport_options["visibility_timeout"],
    ]

    assert limits == sorted(set(limits))


def test_a_lease_outlives_several_heartbeats_and_the_sweep_is_told_in_minutes():
    assert settings.LEASE >= 4 * settings.HEARTBEAT_EVERY
    assert timedelta(minutes=1) >= settings.SWEEP_EVERY


def test_a_message_is_kept_until_its_work_is_done_and_workers_do_not_hoard():
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1


def test_results_go_to_the_database():
    assert app.conf.result_backend == "django-db"


def test_without_a_redis_the_broker_is_a_folder_that_keeps_taken_messages():
    assert app.conf.broker_url.startswith("embedded://")
    options = app.conf.broker_transport_options
    assert options["store_processed"] is True
    assert options["data_folder_in"] == options["data_folder_out"]
    assert options["processed_folder"].startswith(str(settings.ASSAY_DATA))


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("portal.submissions.tasks.check_submission", "intake"),
        ("portal.runs.tasks.start_run", "intake"),
        ("portal.runs.tasks.extract_shard", "extract"),
        ("portal.runs.tasks.measure_speed", "extract"),
        ("portal.runs.tasks.compare_shard", "compare"),
        ("portal.runs.tasks.score_run", "score"),
        ("portal.comparison.tasks.rank_test_set", "score"),
    ],
)
def test_each_task_exists_and_goes_to_its_queue(task, queue):
    app.loader.import_default_modules()

    assert task in app.tasks
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_every_scheduled_task_exists_and_the_sweeps_run_as_often_as_the_setting_says():
    app.loader.import_default_modules()
    schedule = app.conf.beat_schedule

    assert {entry["task"] for entry in schedule.values()} <= set(app.tasks)
    assert schedule["runs"]["schedule"] == settings.SWEEP_EVERY
    assert schedule["rankings"]["schedule"] == settings.SWEEP_EVERY
    assert schedule["submissions"]["schedule"] == settings.SWEEP_EVERY
