"""Released results with the evidence beside them, ranked as a worker would."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from portal.comparison.leaderboard import work
from portal.comparison.leaderboard.models import RankedSet
from portal.runs.models import EvaluationRun
from portal.submissions.models import Submission
from tests.evaluation.made_evidence import make_evidence
from tests.portal.builders import make_submission
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.with_evidence import kept_beside, measured

TARGET = "0.1"  # the made-up trials are few


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.ASSAY_DATA = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def test_set(db):
    return make_wide_test_set(title="Hard faces", slug="hard-faces")


@pytest.fixture
def three(test_set):
    """Two models of much the same skill, and one that is far worse."""
    return [
        measured(test_set, "Poor", seed=3, skill=0.1, number=1),
        measured(test_set, "Alpha", seed=1, skill=0.8, number=2),
        measured(test_set, "Beta", seed=2, skill=0.8, number=3),
    ]


@pytest.fixture
def rank_now():
    """Work out the rankings of a test set."""

    def rank(test_set):
        RankedSet.objects.get_or_create(test_set=test_set)
        return work.rank_test_set(test_set_id=test_set.pk)

    return rank


@pytest.fixture
def newer_version():
    """Another version of a measured product, with evidence, sent after it."""

    def make(run, version, *, number, seed=9, skill=0.9, quality=4.0, evidence=True):
        submission = make_submission(product=run.submission.product, version=version)
        Submission.objects.filter(pk=submission.pk).update(created_at=timezone.now())
        result = make_result(quality, submission=submission, test_set=run.test_set)
        name = run.submission.product.name
        kept = make_evidence(name, seed, skill, replicates=400) if evidence else None
        return kept_beside(result, kept, number)

    return make


def set_release(run, release):
    EvaluationRun.objects.filter(pk=run.pk).update(release=release)


def withdraw(run):
    Submission.objects.filter(pk=run.submission_id).update(state="withdrawn")
