"""Operators are told of a bucket that cannot be used."""

import pytest
from django.core import checks
from django.test import Client

from portal.core.store import checks as store_checks

pytestmark = pytest.mark.django_db


def test_a_bucket_without_its_client_is_an_error_that_says_what_to_install(settings, monkeypatch):
    monkeypatch.setattr(store_checks, "find_spec", lambda name: None)
    assert [one.id for one in checks.run_checks() if one.id == "core.E001"] == []

    settings.ASSAY_BUCKET = "assay"

    (found,) = [one for one in checks.run_checks() if one.id == "core.E001"]
    assert "requirements/s3.txt" in found.hint


def test_readiness_tells_of_the_bucket_and_cuts_nobody_off(bucket, settings):
    def answer():
        response = Client().get("/health/ready")
        return response.status_code, response.json()["checks"].get("bucket")

    assert answer() == (200, "ok")
    settings.ASSAY_BUCKET = "nobodys"
    assert answer() == (200, "failing")
    settings.ASSAY_BUCKET = ""
    assert answer() == (200, None)
