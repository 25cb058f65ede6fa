"""Fixtures of the tests that submit and evaluate models; imported by their conftest files."""

from datetime import timedelta

import pytest

from portal.core import queue
from tests.portal.builders import make_supplier_user
from tests.portal.pipeline import Messages


@pytest.fixture
def messages(monkeypatch):
    """What was sent, kept in order instead of being sent."""
    sent = Messages()
    monkeypatch.setattr(queue, "_send_now", lambda task, arguments: sent.append((task, arguments)))
    return sent


@pytest.fixture
def data_folder(settings, tmp_path):
    """A data folder of this test alone, and a pipeline that is quick."""
    settings.ASSAY_DATA = tmp_path
    settings.ASSAY_TEST_SETS = tmp_path / "testsets"
    settings.HARNESS_THREADS = 1
    settings.THROUGHPUT_SECONDS = 0.05
    settings.HEARTBEAT_EVERY = timedelta(minutes=5)  # no second connection in these tests
    return tmp_path


@pytest.fixture
def supplier_person(db):
    return make_supplier_user()
