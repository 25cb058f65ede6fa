"""Two uploads at once for the last place: one is taken, the other leaves nothing behind."""

import select
import subprocess
import sys

import pytest

from tests.faults.portal_process import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

UPLOAD = """
import sys
import django
django.setup()
from portal.submissions.errors import DuplicateModelError, QuotaError
from portal.submissions import quotas
from portal.submissions.models import Submission
from portal.submissions.services import submit_model
from tests.portal.pipeline import CARD, model_file
first = Submission.objects.get()
version, content = sys.argv[1:]
require_place = quotas.require_place

def wait_when_counted(submission):
    require_place(submission)
    print("counted", flush=True)
    sys.stdin.readline()

quotas.require_place = wait_when_counted
print("ready", flush=True)
sys.stdin.readline()
try:
    submit_model(product=first.product, card=CARD | {"similarity": "negative_euclidean"},
                 version=version, model_file=model_file(content.encode()), by=first.submitted_by)
except (QuotaError, DuplicateModelError) as refused:
    print(type(refused).__name__)
else:
    print("taken")
"""
TIME_TO_GO_WRONG = 1.0


class Racer:
    """An upload in a process of its own, which goes on line by line."""

    def __init__(self, portal, version, content):
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", UPLOAD, version, content],
            cwd=ROOT,
            env=portal.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"

    def go_on(self):
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def says(self, word, *, within=None):
        ready, _, _ = select.select([self._process.stdout], [], [], within)
        return bool(ready) and self._process.stdout.readline() == f"{word}\n"

    def outcome(self):
        return self._process.communicate("go\n", timeout=60)[0].split()[-1]


@pytest.mark.parametrize(
    ("places", "contents", "refusal"),
    [("2", ("one", "two"), "QuotaError"), ("3", ("same", "same"), "DuplicateModelError")],
)
def test_of_two_uploads_at_once_one_is_taken(portal, places, contents, refusal):
    portal.environment["ASSAY_MAX_OPEN_SUBMISSIONS"] = places
    winner, loser = (Racer(portal, f"race-{i}", content) for i, content in enumerate(contents))
    winner.go_on()
    assert winner.says("counted")
    loser.go_on()
    assert not loser.says("counted", within=TIME_TO_GO_WRONG)

    assert winner.outcome() == "taken"
    assert loser.outcome() == refusal
    held = portal.rows("SELECT model_file FROM submissions_submission ORDER BY created_at")
    assert len(held) == 2
    kept = {str(path.relative_to(portal.folder)) for path in portal.folder.glob("quarantine/*")}
    assert kept == {name for (name,) in held}
