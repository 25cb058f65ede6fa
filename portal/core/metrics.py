"""Figures for monitoring: apps register collectors, and who may read them.

A collector reads the database when it is asked, so every web process gives the same answer. No
label names a supplier, a model or a person.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client import Metric
    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request

REGISTRY = CollectorRegistry()


class Monitoring:
    """The service that reads the metrics; it is nobody's account and has no role."""

    pk: ClassVar[None] = None
    role: ClassVar[str] = ""
    is_active: ClassVar[bool] = True
    is_authenticated: ClassVar[bool] = True


class MonitoringAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with ASSAY_METRICS_TOKEN; without that setting nobody passes."""

    def authenticate(self, request: Request) -> tuple[Monitoring, None] | None:
        scheme, _, given = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        expected = settings.ASSAY_METRICS_TOKEN.encode()
        if not expected or not constant_time_compare(given.strip(), expected):
            raise AuthenticationFailed("This token may not read the metrics.")
        return Monitoring(), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class OneFormat(BaseContentNegotiation):
    """Answer in the one format there is, whatever a reader says that it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        return None

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class DataFolder:
    """What is left of the disk that uploads and results go to."""

    def collect(self) -> Iterator[Metric]:
        free = GaugeMetricFamily("assay_data_free_bytes", "Free bytes on the disk of the data.")
        if settings.ASSAY_DATA.is_dir():
            free.add_metric([], shutil.disk_usage(settings.ASSAY_DATA).free)
        yield free


REGISTRY.register(DataFolder())
