"""A bucket within the test's own process; imported by conftest files."""

import boto3
import pytest
from moto import mock_aws

from portal.core.store import place, tidying


@pytest.fixture
def bucket_client(monkeypatch):
    """A client of an S3-compatible service that holds one empty bucket, called assay."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setitem(tidying._due, "at", float("inf"))
    place._opened.cache_clear()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="assay")
        yield client
    place._opened.cache_clear()
