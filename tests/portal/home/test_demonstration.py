"""The steps of the demonstration, with a small harness: what is there is kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.utils import timezone

from evaluation.testsets import NewPairs, NewQuality
from fixtures.faces.sets import PORTRAITS, SCENES, build_set
from fixtures.faces.sets.attacks import ATTACKS
from models import ReferenceModel
from models.shelf import BUILDERS
from portal.accounts.models import User
from portal.home import demonstration
from portal.runs.models import EvaluationRun
from portal.runs.services import withhold_result
from portal.submissions.models import Submission
from portal.suppliers.models import Product
from portal.testsets.models import TestSet
from portal.testsets.services import register_test_set
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
        for number, name in enumerate(BUILDERS):
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

    assert (progress.is_complete, progress.share, progress.runs_ended) == (True, 1.0, 9)
    assert set(EvaluationRun.objects.values_list("release", flat=True)) == {"released"}
    assert demonstration.failures(submissions) == []


def judged_pairs(plan, pieces):
    names = [sample.sample for piece in pieces for sample in piece.samples]
    rows = [(a, b, a[:5] == b[:5], None) for i, a in enumerate(names) for b in names[:i]]
    return [NewPairs("pairs", "All", rows), NewQuality("quality", "By quality", "pairs")]


@pytest.mark.sandbox
def test_models_of_the_other_tasks_are_measured_by_the_worker_as_it_is_set_up(
    data_folder, messages, settings
):
    for name, value in demonstration.worker_environment().items():
        if name.startswith("ASSAY_RECOGNISER"):
            setattr(settings, name, value)
    pictures = replace(PORTRAITS, n_subjects=8, n_samples=3, protocols=judged_pairs)
    with ThreadPoolExecutor(1) as pool:
        for plan in (replace(ATTACKS, n_subjects=4), replace(SCENES, n_subjects=6), pictures):
            build_set(plan, settings.ASSAY_TEST_SETS / plan.name, pool=pool)
            register_test_set(package=plan.name, by=None)
    world = demonstration.load_records()
    others = [p for p in world.products if BUILDERS[p.reference_model].CARD.get("task")]
    world = replace(world, products=tuple(others))
    submissions = demonstration.submit_reference_models(world)
    assert demonstration.progress_of(submissions).share == 0

    messages.deliver_all()

    progress = demonstration.progress_of(submissions)
    assert (progress.is_complete, progress.share, progress.runs) == (True, 1.0, 3)
    assert demonstration.failures(submissions) == []
    assert set(EvaluationRun.objects.values_list("state", flat=True)) == {"scored"}
    assert demonstration.release_results(world, submissions) == 3


def test_sets_that_an_older_demonstration_does_not_have_are_drawn_and_registered(
    data_folder, monkeypatch
):
    plans = tuple(replace(ATTACKS, name=f"attacks-{n}", n_subjects=2) for n in range(2))
    drawn = []

    def build(destination, progress):
        drawn.append(progress)
        for plan in demonstration.DEMO_SETS:
            if not (destination / plan.name).exists():
                build_set(plan, destination / plan.name)
        return [destination / plan.name for plan in demonstration.DEMO_SETS]

    monkeypatch.setattr(demonstration, "build_demo_sets", build)
    for known in (plans[:1], plans, plans):
        monkeypatch.setattr(demonstration, "DEMO_SETS", known)
        demonstration.build_test_sets(print)

    assert sorted(TestSet.objects.values_list("package", flat=True)) == ["attacks-0", "attacks-1"]
    assert len(drawn) == 2


def test_a_product_that_an_older_demonstration_does_not_have_is_left_out(built, messages):
    demonstration.load_records()
    Product.objects.filter(name="Marlim Presente").delete()

    world, submissions = start()

    assert len(submissions) == len(world.products) == len(BUILDERS) - 1


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
