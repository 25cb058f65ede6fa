"""Health for machines, the audit trail for administrators, and the pages of failures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core import selectors
from portal.core.access import public, right
from portal.core.audit_filters import AuditFilterForm
from portal.core.health import readiness
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
    ready = all(check.passed for check in checks)
    # The words stay inside: a stranger learns which part fails, not why.
    parts = {check.name: "ok" if check.passed else "failing" for check in checks}
    return JsonResponse(
        {"status": "ok" if ready else "failing", "checks": parts}, status=200 if ready else 503
    )


@right("audit.view")
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    filters = AuditFilterForm(request.GET)
    events = selectors.audit_events(**filters.chosen())
    page = paginate(request, events, per_page=50)
    return render(request, "core/audit_list.html", {"filters": filters, "page": page})
