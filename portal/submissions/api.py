"""Submissions through the API: the same service and the same rules as the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from portal.core.errors import InvalidInputError
from portal.submissions import quotas, selectors, services
from portal.submissions.execution import MAX_CARD_BYTES
from portal.submissions.models import Submission
from portal.submissions.uploads import ReceivedUpload, stream_to_quarantine
from portal.suppliers.models import Product

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from portal.core.requests import SignedInApiRequest
    from portal.submissions.files import ReceivedModel


class FindingSerializer(serializers.Serializer[Any]):
    check = serializers.CharField()
    passed = serializers.BooleanField()
    detail = serializers.CharField()


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    task = serializers.CharField(read_only=True, help_text="What its card says that it does.")
    findings = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields: ClassVar = [
            "id",
            "product",
            "version",
            "state",
            "task",
            "card",
            "model_sha256",
            "model_size_bytes",
            "detector_sha256",
            "detector_size_bytes",
            "created_at",
            "checked_at",
            "findings",
            "failure_code",
            "failure_sentence",
            "failure_action",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, submission: Submission) -> list[dict[str, Any]]:
        """Return what the check found; what it says of our machine stays here."""
        found = submission.check_report.get("findings", [])
        return [dict(row) for row in FindingSerializer(found, many=True).data]


class CardField(serializers.JSONField):
    """The card's text, refused before it is read where it is too large or nested too deep."""

    def to_internal_value(self, data: Any) -> Any:
        if len(data) > MAX_CARD_BYTES:
            raise serializers.ValidationError("The card is too large: it may have 64 kB.")
        try:
            return super().to_internal_value(data)
        except RecursionError as error:
            raise serializers.ValidationError("The card is nested too deep.") from error


class NewSubmissionSerializer(serializers.Serializer[Submission]):
    """A model to be sent as ``multipart/form-data``."""

    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.none())
    version = serializers.CharField(max_length=60, required=False, default="")
    card = CardField(help_text="The model card, a JSON object of at most 64 kB.")
    model_file = serializers.FileField(help_text="The .onnx file.", allow_empty_file=True)
    detector_file = serializers.FileField(
        help_text="The .onnx file of the model's own face detector, if its card describes one.",
        allow_empty_file=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            product: Any = self.fields["product"]
            product.queryset = selectors.products_open_to(request.user)

    def validate_card(self, card: Any) -> dict[str, Any]:
        if not isinstance(card, dict):
            raise serializers.ValidationError("The card must be a JSON object.")
        return card


def _received(upload: object, field: str) -> ReceivedModel:
    if not isinstance(upload, ReceivedUpload) or upload.received is None:
        raise InvalidInputError(getattr(upload, "refusal", ""), field=field)
    return upload.received


class SubmissionViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Submission]
):
    """Model versions the caller may see, and sending one."""

    request: SignedInApiRequest
    serializer_class = SubmissionSerializer
    parser_classes = (MultiPartParser,)
    rights: ClassVar = {
        "list": "submissions.view",
        "retrieve": "submissions.view",
        "create": "submissions.create",
        "withdraw": "submissions.withdraw",
    }

    def get_queryset(self) -> QuerySet[Submission]:
        return selectors.submissions_visible_to(self.request.user)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        stream_to_quarantine(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": NewSubmissionSerializer},
        responses={201: SubmissionSerializer},
    )
    def create(self, request: SignedInApiRequest) -> Response:
        """Send a model: it is kept in quarantine, checked, and if accepted evaluated."""
        allowance = quotas.own_allowance(request.user)
        refusal = allowance.refusal() if allowance else None
        if refusal is not None:  # before the files are read
            raise refusal
        asked = NewSubmissionSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        entered = asked.validated_data
        submission = services.submit_model(
            product=entered["product"],
            version=entered["version"],
            card=entered["card"],
            model_file=_received(entered["model_file"], "model_file"),
            detector_file=_received(entered["detector_file"], "detector_file")
            if "detector_file" in entered
            else None,
            by=request.user,
        )
        return Response(SubmissionSerializer(submission).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=SubmissionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: SignedInApiRequest, pk: str) -> Response:
        """Take a submission back; its evaluations stop."""
        submission = self.get_object()
        services.withdraw_submission(submission=submission, by=request.user)
        submission.refresh_from_db()
        return Response(self.get_serializer(submission).data)
