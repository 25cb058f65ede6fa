"""A result in place of a run's file, as the harness would have written it."""

import pytest

from portal.comparison import provenance
from tests.evaluation.made_result import make_result, result

__all__ = ["make_result", "result"]


@pytest.fixture
def in_file(monkeypatch):
    """``in_file(result)``: every run's file holds it; None is a file that cannot be read."""

    def put(content):
        monkeypatch.setattr(provenance, "result_of", lambda run: content)

    return put
