"""Every model of the shelf ends with its code, and the next model is served."""

import os

import pytest

from evaluation.intake import check_model
from tests.hostile.graphs import linear, make_card
from tests.hostile.shelf import SHELF

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("item", SHELF, ids=lambda item: item.name)
def test_a_hostile_model_ends_with_its_code_and_leaves_no_process(item):
    groups = []
    report = check_model(item.build(), item.card, limits=item.limits, on_start=groups.append)
    assert report.refusal is not None, report.findings
    assert report.refusal.code == item.code, report.findings[-1]
    assert not report.accepted
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)


def test_an_honest_model_is_accepted_after_all_that():
    report = check_model(linear().SerializeToString(), make_card())
    assert report.accepted, report.findings
    assert report.refusal is None
