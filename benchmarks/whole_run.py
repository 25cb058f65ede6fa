"""A model's whole way through the portal against the command line, on one test set.

Both check the model, extract, compare, measure speed and score. The portal does so from the
submission to the recorded result: messages, shards, leases and rows, with a worker as ``make
up`` starts it. Both write the same figures, or the benchmark fails. A run takes more than a
minute, so there are two rounds only; the second begins with the other rival.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from benchmarks import scratch
from benchmarks.extraction import CARD_FIELDS, photographs
from benchmarks.networks import network
from benchmarks.rounds import Ratio
from portal.accounts.models import Organisation, Role, User
from portal.home.supervisor import Supervisor, start_worker
from portal.runs.models import ACTIVE_RUN_STATES, EvaluationRun, RunState
from portal.submissions.models import SubmissionState
from portal.submissions.services import submit_model
from portal.suppliers.models import Product, Supplier
from portal.testsets.services import register_test_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal.submissions.models import Submission

IMAGES, SIDE_PX = 4_500, 250
ROUNDS = 2
POLL_SECONDS = 0.05
LONGEST_SECONDS = 600.0
PACKAGE = "whole-run"
AT_MOST = 1.05


def run() -> Iterator[Ratio]:
    """Yield seconds of both ways and their ratio."""
    scratch.make_tables()
    package = scratch.FOLDER / "testsets" / PACKAGE
    photographs(package, SIDE_PX, IMAGES)
    register_test_set(package=PACKAGE, by=None)
    product, by = a_product("whole-run")
    seconds: dict[str, list[float]] = {"portal": [], "command line": []}
    with Supervisor() as supervisor:
        start_worker(supervisor)
        for number in range(ROUNDS):
            model = network(64, convolutions=3, seed=number)
            results = {}
            for way in sorted(seconds, reverse=bool(number % 2)):
                started = time.perf_counter()
                if way == "portal":
                    results[way] = _through_the_portal(model, product, by)
                else:
                    results[way] = _by_command(model, package, scratch.FOLDER / f"run-{number}")
                seconds[way].append(time.perf_counter() - started)
            _require_equal(results)
    for way, taken in seconds.items():
        yield Ratio(f"{way}, seconds, {ROUNDS} rounds", tuple(taken))
    pairs = zip(seconds["portal"], seconds["command line"], strict=True)
    times = tuple(ours / theirs for ours, theirs in pairs)
    yield Ratio(f"portal against the command line, {ROUNDS} rounds", times, at_most=AT_MOST)


def a_product(slug: str) -> tuple[Product, User]:
    """Make a supplier's product, and somebody who may submit models of it."""
    company = Organisation.objects.create(name=slug, kind=Organisation.Kind.SUPPLIER)
    supplier = Supplier.objects.create(
        organisation=company, slug=slug, legal_name=slug, country="United Kingdom"
    )
    by = User.objects.create_user(
        f"{slug}@example.test", name="Sender", role=Role.SUPPLIER, organisation=company
    )
    return Product.objects.create(supplier=supplier, slug=slug, name=slug), by


def _through_the_portal(model: bytes, product: Product, by: User) -> dict[str, Any]:
    version = f"1.{product.submissions.count()}"
    file = scratch.FOLDER / f"{version}.onnx"
    file.write_bytes(model)
    submission = submit_model(
        product=product,
        card=CARD_FIELDS | {"version": version},
        model_file=file,
        by=by,
        version=version,
    )
    done = wait_for(submission)
    return json.loads((scratch.FOLDER / done.result_file).read_bytes())


def wait_for(submission: Submission) -> EvaluationRun:
    """Wait until the submission's run has been scored, and return it."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        submission.refresh_from_db()
        if submission.state == SubmissionState.REJECTED:
            raise RuntimeError(submission.failure_sentence)
        with suppress(EvaluationRun.DoesNotExist):
            found = EvaluationRun.objects.get(submission=submission)
            if found.state == RunState.SCORED:
                return found
            if found.state not in ACTIVE_RUN_STATES:
                raise RuntimeError(found.staff_note or found.failure_sentence)
    raise RuntimeError("the run took too long")


def _by_command(model: bytes, package: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    (folder / "model.onnx").write_bytes(model)
    (folder / "card.json").write_text(json.dumps(CARD_FIELDS))
    command = [
        *(sys.executable, "-m", "evaluation", "run", "--allow-missing-layers"),
        *("--model", folder / "model.onnx", "--card", folder / "card.json"),
        *("--test-set", package, "--out", folder / "out"),
    ]
    with (folder / "log").open("wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log)
    return json.loads((folder / "out" / "result.json").read_bytes())


def _require_equal(results: dict[str, dict[str, Any]]) -> None:
    one, other = (result["verification"] for result in results.values())
    if one != other:
        raise RuntimeError("the portal and the command line give different figures")
