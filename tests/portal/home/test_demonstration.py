"""The steps of the demonstration, with a small harness: what is there is kept."""

import json

import pytest
from django.utils import timezone

from models import ReferenceModel
from portal.accounts.models import User
from portal.home import demonstration
from portal.runs.models import EvaluationRun
from portal.runs.services import withhold_result
from portal.submissions.models import Submission
from portal.suppliers.models import Product
from portal.testsets.models import TestSet
from tests.portal.builders import make_run, make_shard, make_submission
from tests.portal.pipeline import CARD, registered_test_set, tiny_model
from tests.portal.pipeline_fixtures import data_folder, messages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
__all__ = ["data_folder", "messages"]


@pytest.fixture
def built(data_folder, messages, monkeypatch):
    """Reference models that are tiny, and how often they were built."""
    calls = []

    def build_all(destination):
        calls.append(destination)
        destination.mkdir(parents=True, exist_ok=True)
        models = []
        for number, name in enumerate(("lbp", "hog", "gabor", "pca", "dct", "cnn")):
            model, card = destination / f"{name}.onnx", destination / f"{name}.json"
            model.write_bytes(tiny_model())
            card.write_text(json.dumps(CARD | {"name": name, "version": f"{number}"}))
            models.append(ReferenceModel(name, model, card))
        return models

    monkeypatch.setattr(demonstration, "build_all", build_all)
    return calls


def start():
    """One start of the demonstration, as the command makes it, without processes."""
    world = demonstration.load_records()
    return world, demonstration.submit_reference_models(world)


def test_the_reference_models_are_measured_and_their_results_released(built, messages):
    registered_test_set(n=16)
    world, submissions = start()
    assert not demonstration.progress_of(submissions).is_complete

    messages.deliver_all()
    progress = demonstration.progress_of(submissions)
    demonstration.release_results(world, submissions)

    assert (progress.is_complete, progress.share, progress.runs_ended) == (True, 1.0, 6)
    assert set(EvaluationRun.objects.values_list("release", flat=True)) == {"released"}
    assert demonstration.failures(submissions) == []


def test_progress_counts_each_run_by_its_own_shards_and_never_falls_when_one_ends():
    submission = make_submission()
    quick, slow = (make_run("running", submission=submission) for _ in range(2))
    done = {"state": "done", "result_file": "shard.npz", "result_sha256": "0" * 64}
    for index, state in enumerate([done, done, {}]):
        make_shard(quick, index=index, **state)
    for index in range(40):
        make_shard(slow, index=index)
    before = demonstration.progress_of([submission]).share
    EvaluationRun.objects.filter(pk=quick.pk).update(
        state="scored", finished_at=timezone.now(), result_sha256="0" * 64, result_file="r.json"
    )

    assert before == pytest.approx(2 / 4 / 2)  # scoring is the fourth step of the quick one
    assert demonstration.progress_of([submission]).share == pytest.approx(1 / 2)


def test_a_second_start_builds_nothing_and_keeps_what_people_changed(built, messages):
    registered_test_set(n=16)
    world, submissions = start()
    messages.deliver_all()
    demonstration.release_results(world, submissions)
    withheld = EvaluationRun.objects.first()
    withhold_result(run=withheld, by=world.people["jsarc"])
    Product.objects.filter(pk=world.products[0].product.pk).update(summary="Changed by somebody")
    numbers = [model.objects.count() for model in (User, Product, Submission, TestSet)]

    world, submissions = start()
    demonstration.release_results(world, submissions)

    withheld.refresh_from_db()
    assert withheld.release == "withheld"
    assert Product.objects.get(pk=world.products[0].product.pk).summary == "Changed by somebody"
    assert [model.objects.count() for model in (User, Product, Submission, TestSet)] == numbers
    assert len(built) == 1


def test_a_start_that_was_broken_off_submits_what_is_missing(built, messages):
    world, submissions = start()
    Submission.objects.filter(pk=submissions[-1].pk).delete()

    _, again = start()

    assert len(again) == len(world.products)
    assert {each.pk for each in submissions[:-1]} < {each.pk for each in again}


def test_the_password_is_made_once_and_only_its_owner_reads_it(data_folder):
    first = demonstration.password()

    assert demonstration.password() == first
    assert (data_folder / "demo-password").stat().st_mode & 0o077 == 0


def test_a_failure_is_told_in_a_sentence(built, messages):
    _, submissions = start()
    Submission.objects.filter(pk=submissions[0].pk).update(
        state="rejected", failure_code="NOT-ONNX", failure_sentence="Not readable."
    )

    assert demonstration.failures(submissions) == [f"{submissions[0]} was refused: Not readable."]
