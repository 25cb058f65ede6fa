"""Logs: one record a line that says what it belongs to, and never what must stay inside."""

import io
import json
import logging
from types import SimpleNamespace

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from portal.celery import app, forget_the_task, log_as_everything_else_does, say_which_task
from portal.core import logs
from portal.core.logs import DataFilter, about, log_settings
from portal.runs import claims, execution
from portal.runs.models import EvaluationRun, RunState
from portal.submissions.services import submit_model
from tests.portal.builders import PASSWORD, make_product, make_user
from tests.portal.pipeline import CARD, model_file, registered_test_set
from tests.portal.pipeline_fixtures import *  # noqa: F403 - fixtures

logger = logging.getLogger("portal.tests")


class Written(io.StringIO):
    @property
    def records(self):
        return [json.loads(line) for line in self.getvalue().splitlines()]


def handler_of(settings_of_logs, stream):
    formatter = dict(settings_of_logs["formatters"]["structured"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    handler.addFilter(DataFilter())
    return handler


@pytest.fixture(params=[True, False], ids=["json", "text"])
def either(request):
    """All that is logged, in each of the two forms."""
    yield from capture(as_json=request.param)


@pytest.fixture
def written():
    """All that is logged, as production writes it."""
    yield from capture(as_json=True)


def capture(*, as_json):
    stream, root = Written(), logging.getLogger()
    handler, level = handler_of(log_settings(as_json=as_json, level="INFO"), stream), root.level
    kept = root.handlers[:]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = kept
    root.setLevel(level)


# -- what a record says


def test_a_record_says_when_where_and_what(written):
    logger.warning("shard %s was taken from this worker", 7)

    (record,) = written.records
    assert record.pop("time").endswith("Z")
    assert ":" in record.pop("process")
    assert record == {
        "message": "shard 7 was taken from this worker",
        "level": "warning",
        "logger": "portal.tests",
    }


def test_an_exception_is_in_its_record_without_the_values_of_variables(written):
    held = "".join(["hun", "ter2"])
    try:
        raise ValueError("too wide" if held else "")
    except ValueError:
        logger.exception("failed")

    (record,) = written.records
    assert "ValueError: too wide" in record["exception"]
    assert "hunter2" not in written.getvalue()


def test_records_of_a_task_carry_its_ids_and_those_after_it_do_not(written):
    class Task:
        name = "portal.runs.tasks.extract_shard"

    say_which_task(task=Task, task_id="t1", kwargs={"shard_id": "9", "other": "x"})
    with about(attempt=2):
        logger.info("at work")
    forget_the_task()
    logger.info("idle")

    at_work, idle = written.records
    found = {name: at_work[name] for name in ("task", "task_id", "shard_id", "attempt")}
    assert found == {"task": Task.name, "task_id": "t1", "shard_id": "9", "attempt": "2"}
    assert "other" not in at_work
    assert not {"task", "task_id", "shard_id", "attempt"} & set(idle)


def test_what_a_piece_of_a_run_logs_names_the_run_and_the_attempt(written, monkeypatch):
    shard = SimpleNamespace(pk=9, run_id="a-run", attempt=2, stage="extract")

    def fail(*_):
        raise OSError("the disk broke")

    monkeypatch.setattr(claims, "claim_shard", lambda _: shard)
    monkeypatch.setattr(claims, "give_back_shard", lambda _, note: None)
    monkeypatch.setitem(execution.STEPS, "extract", fail)
    execution.run_shard(shard_id=9)
    logger.warning("idle")

    failed, idle = written.records
    assert (failed["run_id"], failed["attempt"]) == ("a-run", "2")
    assert "the disk broke" in failed["exception"]
    assert not {"run_id", "attempt"} & set(idle)


def test_a_worker_logs_as_everything_else_does_and_may_be_asked_for_more():
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    try:
        log_as_everything_else_does(loglevel="INFO")
        assert root.level == logging.INFO
        log_as_everything_else_does(loglevel=logging.ERROR)
        assert root.level == logging.WARNING  # the setting's
    finally:
        root.handlers[:], level = kept
        root.setLevel(level)


@pytest.mark.django_db
def test_records_of_a_request_carry_its_number_and_the_persons_but_no_address(
    written, administrator, sign_in
):
    response = sign_in(administrator).get("/no-such-page/?email=somebody@example.test")

    (record,) = [one for one in written.records if one["logger"] == "django.request"]
    assert record["request_id"] == response["X-Request-ID"]
    assert "example.test" not in written.getvalue()


@pytest.mark.django_db
def test_a_signed_in_persons_number_is_on_the_record(written, official, sign_in):
    sign_in(official).get(reverse("core:audit_list"))

    (record,) = [one for one in written.records if one["logger"] == "django.request"]
    assert (record["user_id"], official.email in written.getvalue()) == (official.pk, False)


# -- what must not be written

TEMPLATE = np.linspace(-1, 1, 512)
SECRET = "s3cr3t-of-the-portal"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("%s", (TEMPLATE,)),
        (TEMPLATE, ()),
        ("%r", (TEMPLATE.astype(np.float32).tobytes(),)),
        ("%s", ([TEMPLATE],)),
        ("%s", (list(TEMPLATE),)),
        ("%(rows)s", ({"rows": {"a": TEMPLATE.tolist()}},)),
        (f"bad template {TEMPLATE[:9].tolist()}", ()),
        (f"bad template {TEMPLATE[:12]}", ()),
    ],
)
def test_no_template_is_written(either, message, arguments):
    logger.error(message, *arguments)

    assert either.getvalue()
    for value in TEMPLATE[1:8]:
        assert f"{value:.4f}"[:6] not in either.getvalue()


@pytest.mark.parametrize("picture", [b"\x89PNG\r\n\x1a\nIHDR", bytearray(b"IHDR"), b"it's IHDR"])
def test_no_bytes_of_an_image_are_written(either, picture):
    logger.error("%s", picture)
    logger.error("%s", memoryview(picture))
    logger.error("%s", {"picture": [picture]})
    logger.error(f"cannot read {picture!r}")  # noqa: G004 - as careless code would

    assert either.getvalue()
    assert "IHDR" not in either.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "password=correct-horse",
        "{'password': 'correct-horse'}",
        '{"api_token": "correct-horse"}',
        "Authorization: Bearer correct-horse",
        "Authorization: Token correct-horse",
        "postgres://assay:correct-horse@db/assay",
        "sessionid=correct-horse; path=/",
        f"the key is {SECRET}",
        "No such file: '/srv/images/correct-horse 1.JPG'",
        "cannot decode images/correct-horse.png: too short",
    ],
)
def test_no_secret_and_no_name_of_an_image_is_written(either, settings, said):
    settings.SECRET_KEY = SECRET
    logger.error("%s", said)
    try:
        raise ValueError(said)
    except ValueError as error:
        logger.error("failed", exc_info=error)

    text = either.getvalue()
    assert "not logged" in text
    assert "correct-horse" not in text.replace("raise ValueError", "")
    assert SECRET not in text


def test_no_file_below_the_test_sets_is_named(either, settings):
    logger.error("cannot read %s", settings.ASSAY_TEST_SETS / "street" / "people" / "Jo Smith")

    assert "testsets/[not logged]" in either.getvalue()
    assert "Smith" not in either.getvalue()


def test_what_is_bound_under_the_name_of_a_secret_is_struck_out(either):
    with about(api_token="correct-horse"):
        logger.error("%s", {"Cookie": "correct-horse"})

    assert "not logged" in either.getvalue()
    assert "correct-horse" not in either.getvalue()


def test_ordinary_words_and_numbers_stay(written):
    logger.info("run 12 of 4,000: FNMR 1.20%% at FMR 0.1%%; the CSRF token is missing; v1.2.3.onnx")

    assert "FMR 0.1%" in written.records[0]["message"]
    assert "not logged" not in written.records[0]["message"]


@pytest.mark.django_db
def test_signing_in_rightly_and_wrongly_writes_no_password(written):
    person = make_user()
    for password in ("a wrong password 77", PASSWORD):
        form = {"email": person.email, "password": password}
        Client().post(reverse("accounts:sign_in"), form)
        Client().post(reverse("home:home"), form)
    Client(headers={"Authorization": "Token 0123456789abcdef"}).get(reverse("api:run-list"))

    assert written.records
    for secret in ("wrong password", PASSWORD, person.email, "0123456789abcdef"):
        assert secret not in written.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_a_whole_run_writes_no_name_of_a_file_and_no_secret(
    written, settings, data_folder, messages, supplier_person, monkeypatch, fails
):
    app.loader.import_default_modules()  # sets up the logs; not again while we listen
    monkeypatch.setattr(app.loader, "import_default_modules", lambda: None)
    logging.getLogger().addHandler(handler_of(log_settings(as_json=True, level="INFO"), written))
    logging.getLogger().setLevel(logging.DEBUG)
    registered_test_set("hidden-set")
    if fails:
        image = settings.ASSAY_TEST_SETS / "hidden-set" / "images" / "s0.png"

        def broken(*_, **__):
            raise OSError(5, "Input/output error", str(image))

        monkeypatch.setattr(execution, "extract_shard", broken)
    product = make_product(supplier=supplier_person.organisation.supplier)
    submit_model(product=product, card=CARD, model_file=model_file(), by=supplier_person)

    for _ in range(5):
        messages.deliver_all()

    logger.info("the last record")
    assert "the last record" in written.getvalue()
    run = EvaluationRun.objects.get()
    assert (run.state == RunState.SCORED) is not fails
    assert ("OSError" in written.getvalue()) is fails
    for hidden in ("hidden-set/", ".png", "s0.", settings.SECRET_KEY, supplier_person.email):
        assert hidden not in written.getvalue()
    assert logs.STRUCK_OUT in written.getvalue() or not fails
