"""Every builder makes what the database admits, in every state."""

import pytest

from portal.runs.models import RunState
from portal.submissions.models import SubmissionState
from tests.portal import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", SubmissionState.values)
def test_a_submission_can_be_built_in_every_state(state):
    assert builders.make_submission(state).state == state


@pytest.mark.parametrize("state", RunState.values)
def test_a_run_can_be_built_in_every_state(state):
    assert builders.make_run(state).state == state


@pytest.mark.parametrize(
    "name",
    sorted(name for name in vars(builders) if name.startswith("make_") and name != "make_user"),
)
def test_a_builder_needs_no_arguments_and_can_be_called_twice(name):
    first, second = getattr(builders, name)(), getattr(builders, name)()

    assert first.pk != second.pk
