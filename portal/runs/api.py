"""Runs through the API; they are changed only by named actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.runs import selectors, services
from portal.runs.models import EvaluationRun, Measurement

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from portal.core.requests import SignedInApiRequest


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    class Meta:
        model = Measurement
        fields: ClassVar = [
            "protocol", "metric", "condition", "target", "threshold", "value", "low", "high",
            "errors", "trials", "failures", "method", "evidence",
        ]  # fmt: skip


class EvaluationRunSerializer(serializers.ModelSerializer[EvaluationRun]):
    percent_done = serializers.SerializerMethodField()
    measurements = serializers.SerializerMethodField()

    class Meta:
        model = EvaluationRun
        fields: ClassVar = [
            "id", "submission", "test_set", "state", "release", "queued_at", "started_at",
            "finished_at", "failure_code", "failure_sentence", "failure_action", "result_sha256",
            "percent_done", "measurements",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields

    def get_percent_done(self, run: EvaluationRun) -> int:
        return selectors.progress_of(run).percent

    @extend_schema(responses=MeasurementSerializer(many=True))
    def get_measurements(self, run: EvaluationRun) -> list[dict[str, Any]]:
        """Return the figures of a result that the caller may read; otherwise none."""
        if not selectors.shows_result(self.context["request"].user, run):
            return []
        return [dict(row) for row in MeasurementSerializer(run.measurements, many=True).data]


class EvaluationRunViewSet(viewsets.ReadOnlyModelViewSet[EvaluationRun]):
    """Evaluations the caller may see."""

    request: SignedInApiRequest
    serializer_class = EvaluationRunSerializer
    rights: ClassVar = {
        "list": "runs.view",
        "retrieve": "runs.view",
        "cancel": "runs.operate",
        "retry": "runs.operate",
        "preview": "runs.release",
        "release": "runs.release",
        "withhold": "runs.release",
    }

    def get_queryset(self) -> QuerySet[EvaluationRun]:
        return selectors.runs_visible_to(self.request.user).prefetch_related(
            "shards", "measurements"
        )

    def _do(
        self, service: Callable[..., EvaluationRun | None], request: SignedInApiRequest
    ) -> Response:
        run = self.get_object()
        outcome = service(run=run, by=request.user) or run
        outcome.refresh_from_db()
        return Response(self.get_serializer(outcome).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: SignedInApiRequest, pk: str) -> Response:
        """Ask an evaluation to stop."""
        return self._do(services.cancel_run, request)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: SignedInApiRequest, pk: str) -> Response:
        """Queue a new evaluation in the place of one that failed."""
        return self._do(services.retry_run, request)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def preview(self, request: SignedInApiRequest, pk: str) -> Response:
        """Show a result to its supplier."""
        return self._do(services.preview_result, request)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def release(self, request: SignedInApiRequest, pk: str) -> Response:
        """Show a result to officials."""
        return self._do(services.release_result, request)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withhold(self, request: SignedInApiRequest, pk: str) -> Response:
        """Take a result back."""
        return self._do(services.withhold_result, request)
