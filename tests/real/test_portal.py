"""Real models through the portal give the reference's figures and the command line's results.

Models are submitted by the service that the form calls, checked and evaluated by the worker's
own tasks, and read from the rows that the pages show. Sets are chosen so that each result has
its twin from the command line, which the tests of the reference's figures need anyway.
"""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from evaluation.pipeline import comparable
from evaluation.results import load_result
from portal.core import queue
from portal.runs import tasks
from portal.runs.models import RunState, Stage
from portal.runs.services import preview_result
from portal.submissions.models import SubmissionState
from portal.testsets.packages import open_package
from tests.portal.pipeline import Messages
from tests.real.through_portal import (
    LFW,
    MODELS,
    ORL,
    RealPortal,
    measured,
    names_in,
    names_told,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FROM_STORED = [(model, kind) for kind, models in MODELS.items() for model in models]
DETECTED = ("mobileface_v3", LFW, "photographs")
RUNS = [(model, name, kind) for model, kind in FROM_STORED for name in (LFW, ORL)]
RUNS += [DETECTED, ("mobileface_v1", ORL, "photographs")]


@pytest.fixture(scope="module")
def data(tmp_path_factory, real_dir):
    """A data folder of this module; the portal's detector is yunet_n."""
    folder = tmp_path_factory.mktemp("portal")
    models = real_dir / "models"
    with override_settings(
        ASSAY_DATA=folder,
        ASSAY_TEST_SETS=folder / "testsets",
        ASSAY_DETECTOR=str(models / "yunet_n.onnx"),
        ASSAY_DETECTOR_CARD=str(models / "yunet_n.json"),
        HARNESS_THREADS=2,  # as the command line's default
        THROUGHPUT_SECONDS=0.05,
        HEARTBEAT_EVERY=timedelta(minutes=5),  # no second connection in these tests
    ):
        yield folder


@pytest.fixture(scope="module")
def portal(data, real_dir, real_set, django_db_setup, django_db_blocker):
    """The three models, submitted, checked and evaluated."""
    messages = Messages()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(
            queue, "_send_now", lambda task, arguments: messages.append((task, arguments))
        )
        made = RealPortal(real_dir, real_set, messages)
        for kind in MODELS:
            made.evaluate_on_sets_in_use([LFW, ORL], kind)
        for model, name, kind in RUNS:
            if kind == "photographs":
                made.register(name, kind, is_active=False)
                made.evaluate(model, name, kind)
        yield made
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def reference(real_dir):
    return json.loads((real_dir / "reference.json").read_text())["results"]


@pytest.mark.parametrize("model", [model for model, _ in FROM_STORED])
def test_a_real_model_with_its_real_card_passes_the_check(portal, model):
    submission = portal.submissions[model]
    submission.refresh_from_db()
    assert (submission.state, submission.failure_code) == (SubmissionState.READY, "")
    assert submission.card == json.loads((portal.real_dir / f"models/{model}.json").read_text())


@pytest.mark.parametrize(("model", "name", "kind"), RUNS)
def test_the_portals_result_is_the_command_lines(portal, data, real_run, model, name, kind):
    run = portal.run(model, name, kind)
    assert (run.state, run.staff_note) == (RunState.SCORED, "")
    document = (data / run.result_file).read_bytes()
    assert hashlib.sha256(document).hexdigest() == run.result_sha256
    result = load_result(data / run.result_file)
    assert comparable(result) == comparable(real_run(model, name, kind).result)


@pytest.mark.parametrize(("model", "kind"), FROM_STORED)
def test_rows_of_the_pairs_hold_the_references_figures(portal, reference, model, kind):
    expected = reference[f"verify|{model}|{LFW}"]["pairs"]
    run = portal.run(model, LFW, kind)
    accuracy = measured(run, "fold_accuracy", "pairs")
    assert accuracy.value == pytest.approx(expected["accuracy"], abs=0.0010)
    assert (accuracy.low, accuracy.high) == (None, None), "a standard error is no interval"
    standard_error = measured(run, "fold_standard_error", "pairs").value
    assert standard_error == pytest.approx(expected["accuracy_std"] / 9**0.5, abs=0.0005)
    assert measured(run, "eer", "pairs").value == pytest.approx(expected["eer"], abs=1e-9)
    fnmr = measured(run, "fnmr_at_fmr", "pairs", 0.01)
    assert (fnmr.errors, fnmr.trials) == (round(expected["fnmr@fmr=0.01"] * 500), 500)
    assert measured(run, "fnmr_at_fmr", "pairs", 0.001).value is None, "500 cannot show it"


@pytest.mark.parametrize("name", [LFW, ORL])
@pytest.mark.parametrize(("model", "kind"), FROM_STORED)
def test_rows_of_all_pairs_hold_the_references_figures(portal, reference, model, name, kind):
    expected = reference[f"verify|{model}|{name}"]["all_pairs"]
    run = portal.run(model, name, kind)
    assert measured(run, "eer", "all_pairs").value == pytest.approx(expected["eer"], abs=2e-5)
    for target in (0.01, 0.001):
        fnmr = measured(run, "fnmr_at_fmr", "all_pairs", target)
        assert fnmr.trials == expected["genuine"]
        assert fnmr.errors == round(expected[f"fnmr@fmr={target}"] * fnmr.trials)
        fmr = measured(run, "fmr_at_fmr", "all_pairs", target)
        assert fmr.trials == expected["impostor"]
        assert fmr.value <= target


def test_rows_from_photographs_hold_the_references_accuracy(portal, reference):
    model, name, _ = DETECTED
    run = portal.run(*DETECTED)
    expected = reference[f"verify|{model}|{name}"]["pairs"]["accuracy"]
    assert measured(run, "fold_accuracy", "pairs").value == pytest.approx(expected, abs=0.0030)
    assert measured(run, "failure_to_enrol", "").errors == 0


SUBMISSION_PAGES = ("submission_detail", "submission_progress")


def pages_of(run):
    """Every address at which a run's supplier may read of it."""
    submission, test_set = run.submission, run.test_set
    return [
        reverse("home:home"),
        *(reverse(f"submissions:{name}", args=[submission.pk]) for name in SUBMISSION_PAGES),
        *(reverse(f"runs:{name}", args=[run.pk]) for name in ("run_detail", "run_progress")),
        reverse("submissions:submission_list"),
        reverse("comparison:model_list"),
        reverse("comparison:model_list_csv"),
        reverse("comparison:model_detail", args=[submission.pk]),
        reverse("testsets:testset_list"),
        reverse("testsets:testset_detail", args=[test_set.slug]),
        *(reverse(f"api:{name}-list") for name in ("submission", "run", "result", "test-set")),
        reverse("api:submission-detail", args=[submission.pk]),
        reverse("api:run-detail", args=[run.pk]),
        reverse("api:test-set-detail", args=[test_set.slug]),
    ]


def read_by_the_supplier(run):
    """Return what the supplier's person reads, by address."""
    client = signed_in(run.submission.submitted_by)
    answers = {address: client.get(address) for address in pages_of(run)}
    assert {answer.status_code for answer in answers.values()} <= {200, 286}
    return {address: answer.content.decode() for address, answer in answers.items()}


@pytest.mark.parametrize(("model", "name", "kind"), [("mobileface_v3", LFW, "crops"), DETECTED])
def test_a_supplier_never_reads_a_name_of_a_sequestered_set(portal, real_set, model, name, kind):
    run = portal.run(model, name, kind)
    preview_result(run=run, by=portal.jsarc)
    names = names_in(real_set(name, kind))
    assert {"Aaron_Guiel", "Aaron_Guiel_0001.jpg"} <= names

    for address, text in read_by_the_supplier(run).items():
        assert not names_told(text, names), address


def test_a_failure_over_an_image_is_told_to_staff_by_name_and_to_the_supplier_without(
    portal, data, settings
):
    run = portal.queue("mobilefacenet_foamliu", ORL, "marked")
    package = open_package(run.test_set.package).test_set
    image = package.root / package.samples[0].file
    whole = image.read_bytes()
    image.write_bytes(whole[:-1])
    tasks.start_run(run_id=str(run.pk))
    canary = run.shards.get(stage=Stage.EXTRACT, index=0)
    for _ in range(settings.MAX_ATTEMPTS):
        tasks.extract_shard(shard_id=str(canary.pk))
    image.write_bytes(whole)

    run.refresh_from_db()
    names = names_in(package.root)
    assert run.state == RunState.FAILED_PLATFORM
    assert names_told(run.staff_note, names)
    assert not names_told(f"{run.failure_sentence} {run.failure_action}", names)
    for address, text in read_by_the_supplier(run).items():
        assert not names_told(text, names), address
    to_staff = signed_in(portal.jsarc).get(reverse("runs:run_detail", args=[run.pk]))
    assert names_told(to_staff.content.decode(), names)
