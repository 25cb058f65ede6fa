"""Valid models with random changes, through the whole check: each ends, and none gets out.

A case is its number: ``ASSAY_FUZZ_FIRST=1234 ASSAY_FUZZ_CASES=1`` runs one again.
"""

import contextlib
import os
import signal
import tempfile

import pytest

from evaluation.catalogue import CATALOGUE
from evaluation.intake import check_model
from evaluation.sandbox import Limits
from tests.hostile.graphs import make_card
from tests.hostile.mutations import mutated
from tests.hostile.valid import valid_models

pytestmark = pytest.mark.sandbox

FIRST = int(os.environ.get("ASSAY_FUZZ_FIRST", "0"))
CASES = int(os.environ.get("ASSAY_FUZZ_CASES", "300"))
PER_TEST = 20
LIMITS = Limits(memory_bytes=1 << 29, cpu_seconds=10, load_seconds=3.0, batch_seconds=1.0)
# None of these cases ends the child or makes it say what its parent cannot read.
CODES = CATALOGUE.keys() - {"MODEL-CRASHED", "MODEL-FORBIDDEN"}
# Several times what all limits of a check come to: only what waits for ever is so late.
HANGS_AFTER_SECONDS = 300


@pytest.mark.parametrize("name", valid_models())
def test_what_is_damaged_was_valid(name):
    report = check_model(valid_models()[name].SerializeToString(), make_card())
    assert report.accepted, report.findings


def test_a_number_gives_the_same_case_each_time():
    cases = [mutated(number) for number in range(50)]
    assert cases == [mutated(number) for number in range(50)]
    # A few changes come to nothing, such as to swap the inputs of a node that has one.
    assert len({content for _, _, content in cases}) > 40


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FIRST, FIRST + CASES, PER_TEST))
def test_a_damaged_model_is_accepted_or_ends_with_a_code_and_leaves_nothing(
    first, tmp_path, monkeypatch
):
    here = tmp_path / "outer" / "inner"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    for number in range(first, min(first + PER_TEST, FIRST + CASES)):
        name, changes, model = mutated(number)
        case = f"case {number}: {name} with {changes}"
        groups = []
        with ends_or_fails(case):
            report = check_model(model, make_card(), limits=LIMITS, on_start=groups.append)
        assert report.accepted or report.refusal.code in CODES, f"{case}: {report.findings[-1]}"
        assert list(tmp_path.rglob("*")) == [here.parent, here], case
        for group in groups:
            with pytest.raises(ProcessLookupError):
                os.killpg(group, 0)


@contextlib.contextmanager
def ends_or_fails(case):
    """Turn a wait without end into a failure that names the case."""

    def fail(*_):
        pytest.fail(f"{case} hangs")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(HANGS_AFTER_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
