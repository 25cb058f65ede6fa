"""Pages of runs as each role reads them."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from evaluation.sandbox import Layer, LayerName
from portal.core.errors import DomainError
from portal.core.models import AuditEvent
from portal.runs import selectors, services
from portal.runs.models import EvaluationRun, ReleaseState, RunEvent
from portal.submissions import execution
from tests.portal.builders import (
    make_measurement,
    make_run,
    make_shard,
    make_submission,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db


def page(client, name, run):
    return client.get(reverse(f"runs:{name}", args=[run.pk]))


def owner_of(run):
    return make_supplier_user(run.submission.product.supplier)


def test_a_supplier_sees_their_run_but_not_a_private_result(sign_in):
    run = make_run("scored")
    make_measurement(run, value=0.024)

    text = page(sign_in(owner_of(run)), "run_detail", run).content.decode()

    assert "JSaRC will show you the result here" in text
    assert "2.40%" not in text


@pytest.mark.parametrize(
    ("role", "release", "told"),
    [
        ("supplier", "private", "JSaRC will show you the result here"),
        ("supplier", "withheld", "JSaRC has withheld its result"),
        ("administrator", "private", "Administrators do not read results"),
        ("administrator", "released", "Administrators do not read results"),
    ],
)
def test_who_may_not_read_a_result_is_told_what_is_true_for_them(sign_in, role, release, told):
    run = make_run("scored", release)
    reader = owner_of(run) if role == "supplier" else make_user(role)

    for name in ("run_detail", "run_progress"):
        assert told in page(sign_in(reader), name, run).content.decode()


def test_a_history_numbers_the_attempts_of_workers_and_not_of_people(sign_in, jsarc):
    run = make_run("scored", attempt=2)
    RunEvent.objects.create(run=run, to_state="running", attempt=2, by="machine:7")
    services.preview_result(run=run, by=jsarc)

    text = page(sign_in(jsarc), "run_detail", run).content.decode()

    assert "machine:7, attempt 2" in text
    assert f"{jsarc.email}, attempt" not in text


def test_showing_a_result_twice_says_how_it_stands_now(jsarc):
    run = make_run("scored")
    as_first_read = EvaluationRun.objects.get(pk=run.pk)
    services.release_result(run=run, by=jsarc)

    with pytest.raises(DomainError, match=r"^This result is released already\.$"):
        services.preview_result(run=as_first_read, by=jsarc)


@pytest.mark.parametrize("release", ["preview", "released"])
def test_a_supplier_reads_their_result_once_it_is_shown(sign_in, release):
    run = make_run("scored", release)
    make_measurement(run, value=0.024)

    assert "2.40%" in page(sign_in(owner_of(run)), "run_detail", run).content.decode()


def test_a_supplier_does_not_find_another_suppliers_run(sign_in):
    run = make_run("scored", "released")

    assert page(sign_in(make_supplier_user()), "run_detail", run).status_code == 404


@pytest.mark.parametrize(
    ("release", "status"), [("private", 404), ("preview", 404), ("released", 200)]
)
def test_an_official_finds_released_results_alone(sign_in, official, release, status):
    run = make_run("scored", release)

    assert page(sign_in(official), "run_detail", run).status_code == status


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("supplier", {"preview", "released"}),
        ("official", {"released"}),
        ("jsarc", {"private", "preview", "released", "withheld"}),
        ("administrator", set()),
    ],
)
def test_who_reads_figures_at_which_release(role, shown):
    person = make_user(role)
    runs = [make_run("scored", release) for release in ReleaseState.values]

    assert {run.release for run in runs if selectors.shows_result(person, run)} == shown


def test_a_failed_run_says_what_happened_and_what_to_do(sign_in):
    run = make_run(
        "failed_supplier",
        failure_code="MODEL-CRASHED",
        failure_sentence="The model crashed the runtime.",
        failure_action="Run the offline checker.",
        staff_note="Signal 11 in shard 3.",
    )

    text = page(sign_in(owner_of(run)), "run_detail", run).content.decode()

    assert "MODEL-CRASHED" in text
    assert "The model crashed the runtime." in text
    assert "Run the offline checker." in text
    assert "Signal 11" not in text


def test_progress_asks_again_while_a_run_is_active_and_stops_when_it_has_ended(sign_in, jsarc):
    client = sign_in(jsarc)
    active, ended = make_run("running"), make_run("cancelled")

    assert page(client, "run_progress", active).status_code == 200
    assert b'hx-trigger="every 2s"' in page(client, "run_progress", active).content
    assert page(client, "run_progress", ended).status_code == 286
    assert b"hx-trigger" not in page(client, "run_progress", ended).content


def test_progress_counts_shards_done(sign_in, jsarc):
    run = make_run("running")
    for index, state in enumerate(["done", "running", "waiting"]):
        make_shard(run, index=index, state=state, result_sha256="0" * 64)

    text = page(sign_in(jsarc), "run_detail", run).content.decode()

    assert "Extract templates: 1 of 3" in text
    assert "25%" in text


@pytest.mark.parametrize(
    ("task", "steps"),
    [
        ("pad", ["Score live faces and attacks: 0 of 1", "Measure speed: 0 of 1"]),
        ("quality", ["Score image quality: 0 of 1", "Compare faces with the reference"]),
        ("detection", ["Find faces in photographs: 0 of 1"]),
    ],
)
def test_steps_are_called_what_they_do_with_a_model_of_its_task(sign_in, jsarc, task, steps):
    run = make_run("running", submission=make_submission(card={"task": task}))
    stages = ["extract", "speed"] + (["compare"] if task == "quality" else [])
    held = {"state": "running", "lease_expires_at": run.lease_expires_at}
    held |= {"worker": "w1", "attempt": 1, "heartbeat_at": run.started_at}
    for stage in stages:
        make_shard(run, stage=stage, **held)
    client = sign_in(jsarc)

    on_its_page = page(client, "run_detail", run).content.decode()
    in_the_queue = client.get(reverse("runs:queue")).content.decode()

    assert all(step in on_its_page for step in steps)
    assert steps[0].partition(":")[0] in in_the_queue
    assert "emplates" not in on_its_page + in_the_queue


def test_a_waiting_run_says_how_many_are_before_it(sign_in):
    make_run("running")
    make_run("queued")
    run = make_run("queued")

    assert (
        "behind 2 other evaluations"
        in page(sign_in(owner_of(run)), "run_detail", run).content.decode()
    )


def test_jsarc_releases_a_result_after_a_question_and_it_is_audited(sign_in, jsarc):
    client, run = sign_in(jsarc), make_run("scored")

    asked = page(client, "run_release", run)
    answer = client.post(reverse("runs:run_release", args=[run.pk]))

    assert "Release this result?" in asked.content.decode()
    assert answer.status_code == 302
    run.refresh_from_db()
    assert (run.release, run.released_at is not None) == ("released", True)
    assert AuditEvent.objects.filter(verb="run.released", by=jsarc, target_id=run.pk).exists()
    assert run.events.get().to_state == "released"


@pytest.mark.parametrize("action", ["cancel", "retry", "preview", "release", "withhold"])
def test_only_jsarc_may_act_on_a_run(sign_in, official, administrator, action):
    run = make_run("scored", "released")

    for person in (official, administrator, owner_of(run)):
        address = reverse(f"runs:run_{action}", args=[run.pk])
        assert sign_in(person).post(address).status_code == 403


def test_a_run_that_has_ended_cannot_be_cancelled_and_the_page_says_so(sign_in, jsarc):
    run = make_run("failed_platform", failure_code="PLATFORM")

    answer = sign_in(jsarc).post(reverse("runs:run_cancel", args=[run.pk]))

    assert answer.status_code == 409
    assert "has ended" in answer.content.decode()


def test_retry_queues_a_new_run_in_the_place_of_the_failed_one(sign_in, jsarc):
    failed = make_run("failed_platform", failure_code="PLATFORM")

    answer = sign_in(jsarc).post(reverse("runs:run_retry", args=[failed.pk]))

    fresh = EvaluationRun.objects.exclude(pk=failed.pk).get()
    assert answer["Location"] == reverse("runs:run_detail", args=[fresh.pk])
    assert (fresh.submission, fresh.test_set) == (failed.submission, failed.test_set)
    assert fresh.state == "queued"


def test_the_queue_shows_work_failures_and_results_to_release(sign_in, jsarc):
    make_run("running")
    make_run("failed_supplier", failure_code="MODEL-CRASHED", failure_sentence="It crashed.")
    make_run("scored")
    make_submission("uploaded", attempt=3, staff_note="No space left on device")

    text = sign_in(jsarc).get(reverse("runs:queue")).content.decode()

    for expected in ("MODEL-CRASHED", "Release", "Cancel", "No space left on device", "Try again"):
        assert expected in text


@pytest.mark.parametrize("address", ["/operations/queue/", "/api/v1/runs/"])
def test_lists_of_runs_take_the_same_queries_however_long(
    sign_in, jsarc, address, django_assert_max_num_queries
):
    client = sign_in(jsarc)
    for state in ("queued", "running", "scored") * 12:
        run = make_run(state)
        make_shard(run)
        make_measurement(run)

    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("in_force", [True, False])
def test_the_queue_says_whether_the_sandbox_is_whole_and_asks_once(
    sign_in, jsarc, monkeypatch, in_force
):
    asked = []
    layers = tuple(Layer(name.value, in_force=in_force, detail="seen") for name in LayerName)
    monkeypatch.setattr(execution, "probe_layers", lambda: asked.append(1) or layers)
    cache.delete("sandbox")

    texts = [sign_in(jsarc).get(reverse("runs:queue")).content.decode() for _ in range(2)]

    cache.delete("sandbox")
    assert len(asked) == 1
    assert all(("The sandbox is whole" in text) == in_force for text in texts)
    assert all(("The sandbox lacks layers" in text) != in_force for text in texts)


def test_an_empty_queue_says_so(sign_in, administrator):
    text = sign_in(administrator).get(reverse("runs:queue")).content.decode()

    assert "Nothing is waiting and nothing is running." in text
    assert "No evaluation has failed." in text


def test_suppliers_and_officials_do_not_see_the_queue(sign_in, official):
    for person in (official, make_supplier_user()):
        assert sign_in(person).get(reverse("runs:queue")).status_code == 403


def test_a_failure_that_was_run_again_leaves_the_list(sign_in, jsarc):
    failed = make_run("failed_platform", failure_code="PLATFORM")
    make_run("queued", submission=failed.submission, test_set=failed.test_set)

    text = sign_in(jsarc).get(reverse("runs:queue")).content.decode()

    assert "Run again" not in text


def test_the_api_shows_figures_only_to_those_who_may_read_them(sign_in, jsarc):
    run = make_run("scored")
    make_measurement(run)
    address = f"/api/v1/runs/{run.pk}/"

    assert len(sign_in(jsarc).get(address).json()["measurements"]) == 1
    assert sign_in(owner_of(run)).get(address).json()["measurements"] == []


def test_the_api_releases_through_the_same_service(sign_in, jsarc, official):
    run = make_run("scored")
    address = f"/api/v1/runs/{run.pk}/release/"

    assert sign_in(official).post(address).status_code == 403
    assert sign_in(jsarc).post(address).json()["release"] == "released"
    assert sign_in(jsarc).post(address).status_code == 409
