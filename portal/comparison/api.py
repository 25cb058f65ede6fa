"""Results over the API: each with every figure, its counts, interval and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rest_framework import serializers, viewsets

from portal.comparison import selectors
from portal.runs.api import MeasurementSerializer
from portal.runs.models import EvaluationRun

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.core.requests import SignedInApiRequest


class ResultSerializer(serializers.ModelSerializer[EvaluationRun]):
    model_id = serializers.UUIDField(source="submission_id")
    supplier = serializers.CharField(source="submission.product.supplier.legal_name")
    product = serializers.CharField(source="submission.product.name")
    version = serializers.CharField(source="submission.version")
    task = serializers.CharField(source="submission.task")
    model_sha256 = serializers.CharField(source="submission.model_sha256")
    test_set = serializers.CharField(source="test_set.slug")
    test_set_revision = serializers.CharField(source="test_set.revision")
    test_set_sha256 = serializers.CharField(source="test_set.sha256")
    figures = MeasurementSerializer(source="measurements", many=True)

    class Meta:
        model = EvaluationRun
        fields: ClassVar = [
            "id", "model_id", "supplier", "product", "version", "task", "model_sha256",
            "test_set", "test_set_revision", "test_set_sha256", "release", "released_at",
            "finished_at", "result_sha256", "figures",
        ]  # fmt: skip


class ResultViewSet(viewsets.ReadOnlyModelViewSet[EvaluationRun]):
    """Results that the caller may see, newest first; figures are proportions in [0, 1]."""

    request: SignedInApiRequest
    queryset = EvaluationRun.objects.none()  # tells the schema the table; nobody is signed in there
    serializer_class = ResultSerializer
    rights: ClassVar = {"list": "comparison.view", "retrieve": "comparison.view"}

    def get_queryset(self) -> QuerySet[EvaluationRun]:
        visible = selectors.results_visible_to(self.request.user)
        return visible.prefetch_related("measurements").order_by("-finished_at", "pk")
