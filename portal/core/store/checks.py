"""What ``manage.py check`` says of the bucket that the settings name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

if TYPE_CHECKING:
    from collections.abc import Sequence


@register
def bucket_can_be_used(**_: Any) -> Sequence[CheckMessage]:
    """Report a bucket without the package that speaks to it."""
    if settings.ASSAY_BUCKET and find_spec("boto3") is None:
        hint = "Install it: .venv/bin/uv pip install --require-hashes -r requirements/s3.txt"
        return [Error("ASSAY_BUCKET is set and boto3 is not installed.", hint=hint, id="core.E001")]
    return []
