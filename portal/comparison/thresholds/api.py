"""One result along the threshold over the API: the numbers of the explorer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from portal.comparison.thresholds import page
from portal.core.errors import DomainError
from portal.runs.models import EvaluationRun

if TYPE_CHECKING:
    from portal.comparison.thresholds.explorer import Explorer
    from portal.core.requests import SignedInApiRequest


class RateAtThresholdSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text="A proportion in [0, 1].")
    low = serializers.FloatField(allow_null=True, help_text="95% interval; null where unknown.")
    high = serializers.FloatField(allow_null=True)
    errors = serializers.IntegerField(  # type: ignore[assignment]  # a field, not its messages
        allow_null=True, help_text="Null where computed."
    )
    trials = serializers.IntegerField(allow_null=True)
    evidence = serializers.CharField()
    note = serializers.CharField(allow_blank=True, help_text="How a rate was extrapolated.")


class StepSerializer(serializers.Serializer[Any]):
    threshold = serializers.FloatField()
    rates = serializers.DictField(
        child=RateAtThresholdSerializer(), help_text="FMR, FNMR, FPIR, TPIR, Yield; as known."
    )


class GroupPointSerializer(serializers.Serializer[Any]):
    threshold = serializers.FloatField()
    verdict = serializers.CharField(help_text="differs, not_separable or not_enough_evidence.")
    differing = serializers.ListField(child=serializers.CharField())
    max_to_min = serializers.FloatField(allow_null=True)
    rates = RateAtThresholdSerializer(
        source="figures", many=True, help_text="In the order of the groups; null without trials."
    )


class GroupAxisSerializer(serializers.Serializer[Any]):
    rate = serializers.CharField()
    protocol = serializers.CharField()
    attributes = serializers.ListField(child=serializers.CharField())
    groups = serializers.ListField(child=serializers.CharField())
    points = GroupPointSerializer(many=True)


class ThresholdsSerializer(serializers.Serializer[Any]):
    """A threshold between two steps stands for the first at or above it."""

    threshold = serializers.FloatField(help_text="The step that stands for the one asked for.")
    recommended = serializers.FloatField(allow_null=True)
    people = serializers.IntegerField(allow_null=True, help_text="N.")
    enrolled = serializers.FloatField(help_text="Share of searches for an enrolled person.")
    requirement = serializers.CharField(allow_blank=True)
    comparisons_without_difference = serializers.FloatField(
        allow_null=True,
        help_text="Highest threshold at which no group differs in FMR and FNMR.",
    )
    searches_without_difference = serializers.FloatField(
        allow_null=True, help_text="Likewise in FPIR and FNIR."
    )
    steps = StepSerializer(many=True)
    groups = GroupAxisSerializer(many=True)


ASKED = (
    ("pairs", "One-to-one protocol; by default the one with the most comparisons."),
    ("searches", "Protocol of searches or passages; by default the largest gallery's."),
    ("by", "Attributes of the groups: sex, or sex,skin_tone."),
    ("people", "People enrolled (N); by default the largest gallery that was searched."),
    ("enrolled", "Percentage of searches whose person is enrolled; by default 50."),
    ("required_fmr", "Highest FMR that a requirement allows, in percent."),
    ("required_fpir", "Highest FPIR, in percent."),
    ("required_fnmr", "Highest FNMR, in percent."),
    ("threshold", "By default the supplier's, else that of the strictest operating point."),
)


class ThresholdsAction(viewsets.GenericViewSet[EvaluationRun]):
    """Adds the explorer to the results of the API."""

    @extend_schema(
        responses=ThresholdsSerializer,
        parameters=[OpenApiParameter(name, str, description=words) for name, words in ASKED],
    )
    @action(detail=True, pagination_class=None)
    def thresholds(self, request: SignedInApiRequest, pk: str) -> Response:
        """Return the rates of everybody and of each group along the threshold."""
        run = self.get_object()
        found = page.explored_of(run, request.query_params, [run.test_set])
        if found.explorer is None:
            raise DomainError(found.why_not)
        required = found.form.requirement().sentence(found.explorer)
        return Response(_answer(found.explorer, found.threshold, required))


def _answer(explorer: Explorer, threshold: float, requirement: str) -> Any:
    return ThresholdsSerializer(
        {
            "threshold": threshold,
            "recommended": explorer.recommended,
            "people": explorer.people,
            "enrolled": explorer.enrolled,
            "requirement": requirement,
            "comparisons_without_difference": explorer.highest_without_difference(("FMR", "FNMR")),
            "searches_without_difference": explorer.highest_without_difference(("FPIR", "FNIR")),
            "steps": [{"threshold": t, "rates": explorer.rates_at(t)} for t in explorer.thresholds],
            "groups": explorer.axes,
        }
    ).data
