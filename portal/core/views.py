"""Health and metrics for machines, the audit trail for administrators."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.core import selectors
from portal.core.access import public, right
from portal.core.audit_filters import AuditFilterForm
from portal.core.health import readiness
from portal.core.metrics import REGISTRY, MonitoringAuthentication, OneFormat
from portal.core.pages import paginate


@public
@require_safe
@never_cache
def health_live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
def health_ready(request: HttpRequest) -> HttpResponse:
    checks = readiness()
    ready = all(check.passed for check in checks if check.needed)
    # The words stay inside: a stranger learns which part fails, not why.
    parts = {check.name: "ok" if check.passed else "failing" for check in checks}
    return JsonResponse(
        {"status": "ok" if ready else "failing", "checks": parts}, status=200 if ready else 503
    )


@method_decorator(never_cache, name="dispatch")
class Metrics(APIView):
    """What monitoring reads, with its own token; people with the right read it signed in."""

    schema = None  # of no use to people who read the API's page
    authentication_classes = [MonitoringAuthentication, SessionAuthentication]
    content_negotiation_class = OneFormat
    rights: ClassVar = {"get": "metrics.view"}

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


@right("audit.view")
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    filters = AuditFilterForm(request.GET)
    events = selectors.audit_events(**filters.chosen())
    page = paginate(request, events, per_page=50)
    return render(request, "core/audit_list.html", {"filters": filters, "page": page})
