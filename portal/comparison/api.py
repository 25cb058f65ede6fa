"""Results over the API, each with every figure and its evidence, and comparisons of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from evaluation.report.parts import parts_of
from portal.comparison import provenance, selectors
from portal.comparison.compare.comparing import compare, ids_of
from portal.comparison.forms import BasisForm
from portal.comparison.paired import TOO_FEW, Paired, paired_ranking
from portal.comparison.thresholds.api import ThresholdsAction
from portal.core.api import filtered_by
from portal.core.errors import DomainError
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


class TableSerializer(serializers.Serializer[Any]):
    caption = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    note = serializers.CharField(allow_blank=True)


class SeriesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    x = serializers.ListField(child=serializers.FloatField())
    y = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField(), help_text="95% interval of y.")
    high = serializers.ListField(child=serializers.FloatField())


class ChartSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    sentence = serializers.CharField()
    x = serializers.CharField(source="x.title")
    y = serializers.CharField(source="y.title")
    series = SeriesSerializer(many=True)


class SectionSerializer(serializers.Serializer[Any]):
    """A section of a result's report, in the words of the model's page."""

    title = serializers.CharField()
    heading = serializers.CharField(
        allow_blank=True, help_text="That it shares with the sections beside it, if any."
    )
    facts = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2)
    )
    notes = serializers.ListField(child=serializers.CharField())
    tables = TableSerializer(many=True)
    charts = ChartSerializer(many=True)


@filtered_by("task", "test_set", "model")
class ResultViewSet(ThresholdsAction, viewsets.ReadOnlyModelViewSet[EvaluationRun]):
    """Results that the caller may see, newest first; figures are proportions in [0, 1]."""

    request: SignedInApiRequest
    queryset = EvaluationRun.objects.none()  # tells the schema the table; nobody is signed in there
    serializer_class = ResultSerializer
    rights: ClassVar = {
        "list": "comparison.view",
        "retrieve": "comparison.view",
        "report": "comparison.view",
        "thresholds": "comparison.view",
    }

    def get_queryset(self) -> QuerySet[EvaluationRun]:
        visible = selectors.results_visible_to(self.request.user)
        if self.action == "list":
            visible = visible.filter(**self._asked_for())
        return visible.prefetch_related("measurements").order_by("-finished_at", "pk")

    def _asked_for(self) -> dict[str, Any]:
        """Return the filters of the list; a model's key that is none finds nothing."""
        asked = self.request.query_params
        columns = {"task": "submission__card__task", "test_set": "test_set__slug"}
        found: dict[str, Any] = {
            column: asked[name] for name, column in columns.items() if asked.get(name)
        }
        if model := asked.get("model"):
            found["submission__in"] = ids_of([model])
        return found

    @extend_schema(responses=SectionSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def report(self, request: SignedInApiRequest, pk: str) -> Response:
        """Return the sections of the model's page: facts, notes, tables and charts in words."""
        result = provenance.result_of(self.get_object())
        if result is None:
            raise DomainError("The result's file cannot be read.")
        return Response(SectionSerializer(parts_of(result), many=True).data)


class ComparisonSerializer(serializers.Serializer[object]):
    """What models were compared on, and what the evidence tells apart."""

    test_set = serializers.CharField(allow_null=True)
    protocol = serializers.CharField(allow_null=True)
    target = serializers.FloatField(
        allow_null=True,
        help_text="Of one-to-one comparisons an FMR, of searches and passages an FPIR.",
    )
    gallery_size = serializers.IntegerField(
        allow_null=True, help_text="People enrolled, of searches and passages; else null."
    )
    results = serializers.ListField(
        child=serializers.UUIDField(), help_text="Of the models compared, in the order asked for."
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What was left out, and why."
    )
    ranking = serializers.JSONField(
        allow_null=True,
        help_text=(
            "A Ranking of docs/schemas/comparison.schema.json: models, tie groups and paired"
            " differences; null where there is none."
        ),
    )
    no_ranking_because = serializers.CharField(allow_blank=True)


def _asked(name: str, meaning: str, *, many: bool = False) -> OpenApiParameter:
    kind = OpenApiTypes.UUID if many else OpenApiTypes.STR
    return OpenApiParameter(name, kind, description=meaning, many=many)


class ComparisonViewSet(viewsets.ViewSet):
    """Models ranked on the same comparisons, searches or passages at one operating point."""

    request: SignedInApiRequest
    rights: ClassVar = {"list": "comparison.compare"}

    @extend_schema(
        operation_id="comparison_retrieve",
        responses=ComparisonSerializer,
        parameters=[
            _asked("model", "Model versions; the first six are compared.", many=True),
            _asked("test_set", "By default the one that most of the models share."),
            _asked(
                "protocol",
                "By default the one-to-one protocol with the most comparisons, if there is one.",
            ),
            _asked(
                "target",
                "FMR, or FPIR of searches and passages; by default the strictest that is well"
                " supported.",
            ),
        ],
    )
    def list(self, request: SignedInApiRequest) -> Response:
        test_sets = selectors.test_sets_to_compare_on(request.user)
        chosen = BasisForm(request.query_params, test_sets=test_sets).chosen()
        ids = ids_of(request.query_params.getlist("model"))
        comparison = compare(request.user, ids, test_sets, chosen)
        basis, models = comparison.basis, comparison.models
        paired = paired_ranking(models, basis) if basis else Paired(why_not=TOO_FEW)
        return Response(
            {
                "test_set": basis and basis.test_set.slug,
                "protocol": basis and basis.protocol.name,
                "target": basis and basis.target,
                "gallery_size": basis and basis.protocol.gallery_size,
                "results": [str(model.run.pk) for model in models],
                "notes": comparison.notes,
                "ranking": paired.ranking and paired.ranking.model_dump(mode="json"),
                "no_ranking_because": paired.why_not,
            }
        )
