"""Every hostile model there is, one after the other in one worker, and then a good one."""

from __future__ import annotations

import json

import pytest

from tests.faults.afterwards import models_at_work
from tests.faults.portal_process import PortalProcess
from tests.faults.soak import ENDS, Sample, all_settled, pool_of, portal_for_soaking, sample_of
from tests.hostile.shelf import FOUND_OUT_LATER, SHELF

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

MOST_GROWTH_KIB = 48 << 10
MOST_MORE_HANDLES = 4
SAMPLES = 10

PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.portal.pipeline import registered_test_set
registered_test_set(n=48)
"""
SUBMIT_GOOD = """
from itertools import count
import django
django.setup()
import onnx
from portal.submissions.services import submit_model
from tests.portal import builders
from tests.portal.builders import make_product, make_supplier_user
from tests.portal.pipeline import CARD, model_file, tiny_model
builders._number = count({first})  # names that no other process gave
model = onnx.load_from_string(tiny_model())
model.doc_string = "the one of {first}"
person = make_supplier_user()
product = make_product(supplier=person.organisation.supplier)
content = model_file(model.SerializeToString())
submit_model(product=product, card=CARD, model_file=content, by=person)
"""
SUBMIT_SHELF = """
import json
from itertools import count
import django
django.setup()
from django.conf import settings
from portal.core.errors import DomainError
from portal.submissions.services import submit_model
from tests.hostile.shelf import FOUND_OUT_LATER, SHELF
from tests.portal import builders
from tests.portal.builders import make_product, make_supplier_user
from tests.portal.pipeline import model_file
builders._number = count(1000)
expected, refused = {}, []
person = make_supplier_user()
for item in (*SHELF, *FOUND_OUT_LATER):
    card = item.card.model_dump(mode="json", exclude_none=True)
    try:
        made = submit_model(
            product=make_product(supplier=person.organisation.supplier),
            card=card, model_file=model_file(item.build()), by=person,
        )
        expected[made.pk.hex] = item.code
    except DomainError:
        refused.append(item.name)
document = {"expected": expected, "refused": refused}
(settings.ASSAY_DATA / "expected.json").write_text(json.dumps(document))
"""
# The worker as it is, but that it gives each model of the shelf the limits that stand there.
WORKER = """
import hashlib
import django
django.setup()
from celery.__main__ import main
from evaluation.intake import check_model
from portal.submissions import execution
from tests.hostile.shelf import FOUND_OUT_LATER, SHELF
def key(model, card):
    return hashlib.sha256(model).digest(), card.model_dump_json(exclude_none=True)
stated = {key(item.build(), item.card): item.limits for item in (*SHELF, *FOUND_OUT_LATER)}
def check(model, card, *, limits, **more):
    return check_model(model, card, limits=stated.get(key(model, card), limits), **more)
execution.check_model = check
main()
"""


def test_one_worker_outlives_every_hostile_model_and_then_scores_a_good_one(tmp_path):
    portal = portal_for_soaking(tmp_path)
    try:
        portal.python(PREPARE)
        worker = portal.start_worker(program=("-c", WORKER), concurrency=1)
        _score_a_good_one(portal, first=100)
        _score_a_good_one(portal, first=300)  # the second one still takes memory, later ones none
        before, pool = _at_rest(portal, worker.pid), set(pool_of(worker.pid))

        portal.python(SUBMIT_SHELF)
        portal.wait_until(lambda: all_settled(portal), "the end of every hostile model")
        _score_a_good_one(portal, first=5000)

        ends = {
            str(key): str(refused or failed or run or submission)
            for key, submission, refused, run, failed, _ in portal.rows(ENDS)
        }
        prepared = json.loads((tmp_path / "expected.json").read_text())
        good = {end for key, end in ends.items() if key not in prepared["expected"]}
        assert {key: ends[key] for key in prepared["expected"]} == prepared["expected"]
        assert good == {"scored"}
        assert set(prepared["refused"]) == {"empty"}, "of others the file is received"
        assert len(ends) == len(SHELF) + len(FOUND_OUT_LATER) - 1 + 3

        assert worker.poll() is None
        assert set(pool_of(worker.pid)) == pool, "a process of the worker died"
        after = _at_rest(portal, worker.pid)
        assert after.memory_kib - before.memory_kib <= MOST_GROWTH_KIB, (before, after)
        assert after.handles - before.handles <= MOST_MORE_HANDLES, (before, after)
    finally:
        portal.stop()


def _at_rest(portal: PortalProcess, worker: int) -> Sample:
    """Return what the worker holds between two sweeps, which open files for a moment."""
    portal.wait_until(lambda: not models_at_work(portal), "the end of the models' processes")
    samples = []
    portal.wait_until(
        lambda: samples.append(sample_of(worker)) or len(samples) == SAMPLES, "samples"
    )
    return Sample(
        memory_kib=min(one.memory_kib for one in samples),
        handles=min(one.handles for one in samples),
    )


def _score_a_good_one(portal: PortalProcess, *, first: int) -> None:
    scored = "SELECT COUNT(*) FROM runs_evaluationrun WHERE state = 'scored'"
    ((before,),) = portal.rows(scored)
    portal.python(SUBMIT_GOOD.replace("{first}", str(first)))
    portal.wait_until(lambda: portal.rows(scored) == [(before + 1,)], "the end of a good model")
