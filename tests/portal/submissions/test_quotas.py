"""What a supplier may send: each limit at its border, our faults free, and nobody races."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.submissions import quotas
from portal.submissions.errors import DuplicateModelError, QuotaError
from portal.submissions.models import Submission
from portal.submissions.services import submit_model, withdraw_submission
from tests.portal.builders import make_product, make_submission, make_supplier_user
from tests.portal.pipeline import CARD, model_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product(supplier_person):
    return make_product(supplier=supplier_person.organisation.supplier)


@pytest.fixture
def submit(data_folder, messages, product, supplier_person):
    def submit_one(version, content=None, by=supplier_person):
        return submit_model(
            product=product,
            card=CARD,
            version=version,
            model_file=model_file(content or version.encode()),
            by=by,
        )

    return submit_one


def files_in(data_folder):
    return [path for path in (data_folder / "quarantine").rglob("*") if path.is_file()]


def ago(**length):
    return timezone.now() - timedelta(**length)


def test_the_last_place_can_be_taken_and_no_more(submit, settings, data_folder):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 2
    submit("1")
    submit("2")

    with pytest.raises(QuotaError, match=r"All places of this supplier \(2\) are taken"):
        submit("3")

    assert Submission.objects.count() == len(files_in(data_folder)) == 2


@pytest.mark.parametrize("state", ["ready", "rejected"])
def test_a_checked_model_frees_its_place_but_counts_for_the_day(submit, product, settings, state):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS, settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 1, 2
    make_submission(state, product=product)
    submit("2")

    allowance = quotas.allowance_of(product.supplier)

    assert (allowance.n_open, allowance.n_in_a_day, allowance.left) == (1, 2, 0)


def test_taking_back_does_not_get_round_the_days_limit(submit, settings, supplier_person):
    settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 1
    withdraw_submission(submission=submit("1"), by=supplier_person)

    with pytest.raises(QuotaError, match="in the last 24 hours as it may: 1"):
        submit("2")


def test_the_day_ends_24_hours_after_each_submission_and_says_when(submit, product, settings):
    settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 2
    make_submission("ready", product=product, created_at=ago(hours=24))
    second = make_submission("ready", product=product, created_at=ago(hours=20))
    make_submission("ready", product=product, created_at=ago(hours=10))

    with pytest.raises(QuotaError) as refused:
        submit("4")

    assert timedelta(hours=3.9) < refused.value.retry_after < timedelta(hours=4.1)
    Submission.objects.filter(pk=second.pk).update(created_at=ago(hours=24))
    submit("4")


def test_a_limit_that_was_lowered_waits_until_enough_have_left(product, settings):
    settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 1
    make_submission("ready", product=product, created_at=ago(hours=20))
    newest = make_submission("ready", product=product, created_at=ago(hours=10))

    allowance = quotas.allowance_of(product.supplier)

    assert allowance.next_at == newest.created_at + timedelta(days=1)


def test_a_check_that_failed_by_our_fault_uses_nothing(submit, product, settings):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 1
    make_submission("uploaded", product=product, attempt=settings.MAX_ATTEMPTS)
    make_submission("withdrawn", product=product, staff_note="OSError: the disk broke")
    assert quotas.allowance_of(product.supplier).left == 1

    submit("3")

    assert quotas.allowance_of(product.supplier).left == 0


def test_one_supplier_takes_no_place_of_another(submit, settings):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 1
    make_submission("uploaded")

    submit("1")


def test_the_limit_is_the_suppliers_whoever_sends(submit, settings, jsarc):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 1
    submit("1", by=jsarc)

    with pytest.raises(QuotaError):
        submit("2", by=jsarc)


def test_bytes_that_wait_are_bounded(submit, settings):
    settings.ASSAY_MAX_QUARANTINE_BYTES = 10
    submit("1", b"123456")

    with pytest.raises(QuotaError, match="hold 6 bytes, and 10 bytes may wait"):
        submit("2", b"12345")

    submit("3", b"1234")


def test_nought_closes_the_submissions(submit, settings):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 0

    with pytest.raises(QuotaError, match="No models are taken at the moment"):
        submit("1")


@pytest.mark.parametrize("contents", [(b"one", b"two"), (b"same", b"same")])
def test_two_uploads_race_for_the_last_place_and_one_gets_it(
    submit, settings, data_folder, contents
):
    """The same bytes race too: then it is the second that is told of the first."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory refuses a second writer at once; tests/faults races on disk")
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 2 if contents[0] == contents[1] else 1
    line, outcomes = threading.Barrier(2), []

    def upload(version, content):
        line.wait()
        try:
            outcomes.append(submit(version, content))
        except (QuotaError, DuplicateModelError) as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    racers = [
        threading.Thread(target=upload, args=(str(i), content))
        for i, content in enumerate(contents)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    (taken,) = (one for one in outcomes if isinstance(one, Submission))
    assert len(outcomes) == 2
    assert Submission.objects.get() == taken
    assert [path.name for path in files_in(data_folder)] == [f"{taken.pk}.onnx"]


def test_the_page_says_what_is_left_and_then_why_nothing_is(
    client, settings, product, supplier_person, messages, data_folder
):
    settings.ASSAY_MAX_OPEN_SUBMISSIONS = 2
    make_submission("uploaded", product=product)
    client.force_login(supplier_person)
    address = reverse("submissions:submission_create")

    page = client.get(address).content.decode()
    assert "You can submit 1 model now." in page
    assert "wait for their check: 1 of 2." in page

    make_submission("uploaded", product=product)
    full = client.get(address)
    assert full.status_code == 200
    assert "<form method" not in full.content.decode().split("<main")[1]
    assert "All places of this supplier (2) are taken" in full.content.decode()
    assert client.post(address, {"model_file": model_file()}).status_code == 429
    assert files_in(data_folder) == []


def test_the_api_says_when_to_come_again(
    client, settings, product, supplier_person, messages, data_folder
):
    settings.ASSAY_MAX_SUBMISSIONS_PER_DAY = 1
    make_submission("ready", product=product, created_at=ago(hours=23))
    client.force_login(supplier_person)

    answer = client.post(
        "/api/v1/submissions/", {"product": product.pk, "card": "{}", "model_file": model_file()}
    )

    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "as it may: 1" in answer.json()["detail"]
    assert files_in(data_folder) == []


def test_a_person_of_no_supplier_has_no_allowance_of_their_own(jsarc):
    assert quotas.own_allowance(jsarc) is None
    assert quotas.own_allowance(make_supplier_user()).left > 0
