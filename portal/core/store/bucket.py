"""A bucket of an S3-compatible service; its faults are OSErrors, as those of a disk are.

Keys and the secret are read from the environment as every client of such a service reads them
(``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``), or come from the machine's role.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

PATIENT = {"connect_timeout": 5, "read_timeout": 30, "retries": {"total_max_attempts": 4}}
QUICK = {"connect_timeout": 2, "read_timeout": 2, "retries": {"total_max_attempts": 1}}
NOT_THERE = {"404", "NoSuchKey", "NotFound"}
COMPATIBLE = Config(
    # Services that are not Amazon's: some have no host names for buckets, some no new checksums.
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Bucket:
    """Whole objects by name: one is there entirely or not at all."""

    def __init__(self, name: str, endpoint: str = "", *, is_patient: bool = True) -> None:
        self._name = name
        config = COMPATIBLE.merge(Config(**(PATIENT if is_patient else QUICK)))
        with _as_os_errors():
            self._client = boto3.session.Session().client(
                "s3", endpoint_url=endpoint or None, config=config
            )

    def upload(self, path: Path, name: str) -> None:
        with _as_os_errors():
            self._client.upload_file(str(path), self._name, name)

    def download(self, name: str, path: Path) -> None:
        """Write an object to a file; raises FileNotFoundError where there is none."""
        with _as_os_errors():
            self._client.download_file(self._name, name, str(path))

    def holds(self, name: str) -> bool:
        try:
            with _as_os_errors():
                self._client.head_object(Bucket=self._name, Key=name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove an object; it is no error where there is none."""
        with _as_os_errors():
            self._client.delete_object(Bucket=self._name, Key=name)

    def names(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield every name that begins so, and when it was written."""
        with _as_os_errors():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield entry["Key"], entry["LastModified"]


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in NOT_THERE:
            raise FileNotFoundError("The bucket holds no such object.") from error
        raise OSError(f"The bucket refused: {code or 'no reason given'}.") from error
    except (BotoCoreError, boto3.exceptions.Boto3Error) as error:
        raise OSError(f"The bucket could not be used: {type(error).__name__}.") from error
