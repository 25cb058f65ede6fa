"""The calculator over the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from portal.core.errors import InvalidInputError
from portal.deployments.calculation import calculate
from portal.deployments.forms import NUMBERS

if TYPE_CHECKING:
    from portal.core.requests import SignedInApiRequest
    from portal.deployments.calculator import Outcome


class BoundedSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="Ends of the 95% interval.")
    high = serializers.FloatField()


class OutcomeSerializer(serializers.Serializer[Any]):
    watchlist = serializers.IntegerField()
    is_extrapolated = serializers.BooleanField(
        help_text="Whether no search among so many people was made."
    )
    fpir = BoundedSerializer()
    tpir = BoundedSerializer()
    true_alerts = BoundedSerializer()
    missed = BoundedSerializer()
    false_alerts = BoundedSerializer(help_text="In the whole deployment.")
    false_alerts_per_hour = BoundedSerializer()
    false_alerts_range = serializers.ListField(
        child=serializers.IntegerField(), help_text="In a single deployment, chance included."
    )
    false_share_of_faces = BoundedSerializer()
    false_share = BoundedSerializer(allow_null=True, help_text="Of all alerts.")


class CalculationSerializer(serializers.Serializer[Any]):
    model_id = serializers.UUIDField(allow_null=True)
    test_set = serializers.CharField(allow_null=True)
    protocol = serializers.CharField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    measured_watchlist = serializers.IntegerField(
        allow_null=True, help_text="People who were searched among; null one to one."
    )
    outcomes = OutcomeSerializer(many=True)
    no_outcome_because = serializers.CharField(allow_blank=True)


def _asked(name: str, meaning: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=meaning)


class CalculationViewSet(viewsets.ViewSet):
    """What a measured error rate comes to in a deployment, for several sizes of the watchlist."""

    request: SignedInApiRequest
    rights: ClassVar = {"list": "deployments.calculate"}

    @extend_schema(
        operation_id="deployment_calculation_retrieve",
        responses=CalculationSerializer,
        parameters=[
            _asked("model", "Model version; by default the first by name."),
            _asked("test_set", "One of those on which it was measured."),
            _asked("protocol", "By default passages, else searches, else one to one."),
            _asked("target", "FPIR or FMR that the threshold holds, or `recommended`."),
            _asked("threshold", "Any threshold in place of the operating point."),
            _asked("watchlist", "People on the watchlist."),
            _asked("faces_per_hour", "Faces an hour."),
            _asked("hours", "Hours."),
            _asked("share", "Percentage of the faces that belong to people on the watchlist."),
        ],
    )
    def list(self, request: SignedInApiRequest) -> Response:
        form, found = calculate(request.user, request.query_params.dict())
        for name in (*NUMBERS, "threshold"):
            if name in form.errors:
                raise InvalidInputError(str(form.errors[name][0]), field=name)
        return Response(
            {
                "model_id": found.model and found.model.pk,
                "test_set": found.basis and found.basis.test_set.slug,
                "protocol": found.basis and found.basis.protocol.name,
                "threshold": found.rates and found.rates.threshold,
                "measured_watchlist": found.rates and found.rates.measured_size,
                "outcomes": [
                    _outcome(one, is_extrapolated=found.rates.is_extrapolated(_size(one)))
                    for one in found.sizes
                    if found.rates
                ],
                "no_outcome_because": found.why_not,
            }
        )


def _size(one: Outcome) -> int:
    return one.deployment.watchlist


def _outcome(one: Outcome, *, is_extrapolated: bool) -> dict[str, Any]:
    numbers = asdict(one)
    del numbers["deployment"]
    return {"watchlist": _size(one), "is_extrapolated": is_extrapolated} | numbers
